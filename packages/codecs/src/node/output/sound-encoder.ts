/** FFmpeg's encoders of sound for outputs that cannot take the input's: AAC, Opus by libopus, FLAC. */

import type { Codec, CodecContext, Frame, Packet } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { allocatePacket } from "../node-av.ts";

/** What sound is encoded as. */
export type SoundCodec = "aac" | "opus" | "flac";

/** Bits a second for each channel: AAC and Opus are hard to tell from the original there. */
const bitrateOfChannel = 64_000;

/** What a stream is encoded as. */
export interface SoundEncoding {
  readonly codec: SoundCodec;
  readonly sampleRate: number;
  /** As many as the source has, or 2 where the encoder does not take those. */
  readonly channels: number;
  /** FFmpeg's name of how they are laid out: `mono`, `stereo`, `5.1`. */
  readonly layout: string;
  /** Samples a packet; 0 for any number. */
  readonly frameSize: number;
  /** The samples' format, in FFmpeg's name. */
  readonly sampleFormat: string;
  /** Significant bits a sample, where the format has more. */
  readonly bits: number;
}

/** An open encoder. */
export interface SoundEncoder extends Disposable {
  readonly context: CodecContext;
  /** Encodes a frame of `frameSize` samples, its times counted in samples; `null` at the end. The packets are the caller's. */
  encode(frame: Frame | null): Promise<readonly Packet[]>;
}

/** How a stream would be encoded, or nothing when it does not say what it is or this FFmpeg has no encoder or decoder. */
export async function planSoundEncoding(
  nodeAv: NodeAv,
  { parameters }: InputStream,
  codec: SoundCodec,
): Promise<SoundEncoding | undefined> {
  const found = findEncoder(nodeAv, codec);
  if (!found || !nodeAv.Codec.findDecoder(parameters.codecId)) return undefined;
  if (parameters.sampleRate < 1 || parameters.channels < 1) return undefined;
  const rates = codec === "opus" ? [48_000] : found.supportedSamplerates;
  const bits = parameters.bitsPerRawSample || parameters.bitsPerCodedSample || 16;
  const formats = (found.sampleFormats ?? []).map((each) => nodeAv.avGetSampleFmtName(each) ?? "");
  const deep = codec === "flac" && bits > 16 ? formats.find((name) => name === "s32") : undefined;
  const sampleFormat = deep ?? formats[0];
  if (sampleFormat === undefined) return undefined;
  const stated = parameters.channelLayout;
  const layout = stated.mask > 0n ? stated : nodeAv.avChannelLayoutDefault(parameters.channels);
  const whole = nodeAv.avChannelLayoutDescribe(layout) ?? "stereo";
  const shape = { codec, sampleRate: chooseRate(parameters.sampleRate, rates), sampleFormat };
  const tries = [
    { ...shape, channels: parameters.channels, layout: whole },
    { ...shape, channels: 2, layout: "stereo" },
  ];
  for (const each of tries) {
    const plan = { ...each, frameSize: 0, bits: deep === undefined ? 16 : Math.min(bits, 24) };
    const context = await openContext(nodeAv, found, plan, layout);
    if (!context) continue;
    const { frameSize } = context;
    context.freeContext();
    return { ...plan, frameSize };
  }
  return undefined;
}

/** Opens the encoder of a plan. */
export async function openSoundEncoder(
  nodeAv: NodeAv,
  plan: SoundEncoding,
  { parameters }: InputStream,
): Promise<SoundEncoder> {
  const found = findEncoder(nodeAv, plan.codec);
  const context = found && (await openContext(nodeAv, found, plan, parameters.channelLayout));
  if (!context) throw new Error(`FFmpeg's encoder for ${plan.codec} cannot be opened`);
  let next = 0n;
  let given = false;
  let refused = 0;
  return {
    context,
    encode: async (frame) => {
      if (frame) {
        // what a filter gives at the very end may have no time
        if (frame.pts === nodeAv.AV_NOPTS_VALUE) frame.pts = next;
        next = frame.pts + BigInt(frame.nbSamples);
      }
      // Samples that are no numbers, as damaged sound can give, are refused and left out; but not all of them.
      const sent = await context.sendFrame(frame);
      if (sent < 0) refused = sent;
      if (!frame && !given) nodeAv.FFmpegError.throwIfError(refused, "Encoding sound");
      const packets: Packet[] = [];
      for (;;) {
        const packet = allocatePacket(nodeAv);
        if ((await context.receivePacket(packet)) < 0) {
          packet.free();
          return packets;
        }
        given = true;
        packets.push(packet);
      }
    },
    [Symbol.dispose]: () => context.freeContext(),
  };
}

function findEncoder(nodeAv: NodeAv, codec: SoundCodec): Codec | null {
  const names = {
    aac: nodeAv.FF_ENCODER_AAC,
    // FFmpeg's own Opus encoder is an experiment.
    opus: nodeAv.FF_ENCODER_LIBOPUS,
    flac: nodeAv.FF_ENCODER_FLAC,
  };
  return nodeAv.Codec.findEncoderByName(names[codec]);
}

async function openContext(
  nodeAv: NodeAv,
  codec: Codec,
  { sampleRate, channels, layout, sampleFormat, bits }: SoundEncoding,
  source: CodecContext["channelLayout"],
): Promise<CodecContext | undefined> {
  const context = new nodeAv.CodecContext();
  context.allocContext3(codec);
  context.sampleRate = sampleRate;
  const isWhole = source.mask > 0n && nodeAv.avChannelLayoutDescribe(source) === layout;
  context.channelLayout = isWhole ? source : nodeAv.avChannelLayoutDefault(channels);
  context.sampleFormat = nodeAv.avGetSampleFmtFromName(sampleFormat);
  context.timeBase = new nodeAv.Rational(1, sampleRate);
  context.bitRate = BigInt(channels * bitrateOfChannel);
  if (sampleFormat === "s32") context.bitsPerRawSample = bits;
  // 5.1 and more need a mapping of their own in Opus
  if (channels > 2 && codec.name === "libopus") context.setOption("mapping_family", "1");
  context.setFlags(nodeAv.AV_CODEC_FLAG_GLOBAL_HEADER);
  if ((await context.open2(codec)) >= 0) return context;
  context.freeContext();
  return undefined;
}

/** The rate itself where it is supported, else the nearest above, else the highest. */
function chooseRate(rate: number, supported: readonly number[] | null): number {
  if (!supported || supported.length === 0 || supported.includes(rate)) return rate;
  const ascending = supported.toSorted((a, b) => a - b);
  return ascending.find((each) => each >= rate) ?? ascending.at(-1) ?? rate;
}
