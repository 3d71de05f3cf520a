/** WebCodecs' description of packets that are copied as they are. */

import type { Packet } from "node-av";
import type { Packages } from "../packages.ts";
import type { Demuxer } from "./demuxer.ts";
import type { InputStream } from "./input-streams.ts";
import { openAdtsFilter } from "./adts-filter.ts";

type NodeAv = Packages["nodeAv"];

/** How a stream is copied. */
export interface SoundCopy {
  readonly config: AudioDecoderConfig;
  /** Whether every packet begins with a header (ADTS) that files keep once, aside. */
  readonly withoutAdts: boolean;
}

/** WebCodecs' names, where they are not the contract's own. */
const codecStrings: Readonly<Record<string, string>> = { ac3: "ac-3", eac3: "ec-3" };

/** Codecs whose decoders cannot begin without what the container keeps aside. */
const needDescription: readonly string[] = ["aac", "flac", "vorbis"];

/** Packets looked at for the header of AAC. */
const maxPackets = 32;

/** The configuration, or nothing when it cannot be stated; then the stream is to be decoded. */
export async function describeCopy(
  nodeAv: NodeAv,
  demuxer: Demuxer,
  stream: InputStream,
  signal: AbortSignal | undefined,
): Promise<SoundCopy | undefined> {
  const { codec, parameters } = stream;
  const { sampleRate, channels: numberOfChannels } = parameters;
  if (codec === null || sampleRate < 1 || numberOfChannels < 1) return undefined;
  const stated = parameters.extradata;
  const withoutAdts = codec === "aac" && !stated;
  const extradata = withoutAdts ? await readAacConfig(nodeAv, demuxer, stream, signal) : stated;
  if (!extradata && needDescription.includes(codec)) return undefined;
  const description = extradata && describeExtradata(codec, extradata);
  return {
    withoutAdts,
    config: {
      codec: codec === "aac" ? aacString(parameters.profile) : (codecStrings[codec] ?? codec),
      sampleRate,
      numberOfChannels,
      ...(description ? { description } : {}),
    },
  };
}

/** The audio object type is FFmpeg's profile and one; low complexity where it is not known. */
function aacString(profile: number): string {
  return `mp4a.40.${profile >= 0 && profile < 64 ? profile + 1 : 2}`;
}

function describeExtradata(codec: string, extradata: Buffer): Uint8Array | undefined {
  if (["aac", "opus", "vorbis"].includes(codec)) return Uint8Array.from(extradata);
  if (codec !== "flac") return undefined;
  // FFmpeg keeps the stream's info alone; WebCodecs wants the file's marker and the block's header before it.
  const header = [...Buffer.from("fLaC"), 0x80, 0, 0, extradata.length];
  return Uint8Array.from([...header, ...extradata]);
}

/** AAC's configuration, which in transport streams only the packets' own headers state. The packets come again. */
async function readAacConfig(
  nodeAv: NodeAv,
  demuxer: Demuxer,
  stream: InputStream,
  signal: AbortSignal | undefined,
): Promise<Buffer | undefined> {
  using filter = openAdtsFilter(nodeAv, stream);
  const packets: Packet[] = [];
  try {
    while (packets.length < maxPackets) {
      const packet = await demuxer.next(stream.index, signal);
      if (!packet) return undefined;
      packets.push(packet);
      using copy = packet.clone();
      if (!copy) return undefined;
      const passed = await filter.pass(copy);
      if (!passed) continue;
      const config = copy.getSideData(nodeAv.AV_PKT_DATA_NEW_EXTRADATA);
      if (config && config.length > 0) return Buffer.from(config);
    }
    return undefined;
  } finally {
    demuxer.putBack(stream.index, packets);
  }
}
