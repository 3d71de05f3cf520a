/**
 * AAC of transport streams, whose every packet begins with a header (ADTS), brought into the form of files, which state it
 * once. FFmpeg's muxers do so by themselves, but not where MP4 is written in fragments.
 */

import type { BitStreamFilterContext, Packet } from "node-av";
import type { Demuxer } from "../../input/packets/demuxer.ts";
import type { InputStream } from "../../input/input-streams.ts";
import type { NodeAv } from "../../node-av.ts";

/** Packets looked at for a header. */
const maxPackets = 32;

/** The open filter. */
export interface AdtsFilter extends Disposable {
  /** What a file states of the stream. */
  readonly config: Buffer;
  /** Rewrites the packet in place. @returns whether it could: a damaged header cannot be read. */
  pass(packet: Packet): Promise<boolean>;
}

/** Whether packets of a stream have headers of their own. */
export function hasAdts({ codec, parameters }: InputStream): boolean {
  return codec === "aac" && parameters.extradata === null;
}

/** Opens the filter with what the first packets state, which come again; nothing where none can be read. */
export async function openAdtsFilter(
  nodeAv: NodeAv,
  demuxer: Demuxer,
  stream: InputStream,
  signal: AbortSignal | undefined,
): Promise<AdtsFilter | undefined> {
  const packets: Packet[] = [];
  let config: Buffer | undefined;
  const looking = createFilter(nodeAv, stream);
  try {
    while (!config && packets.length < maxPackets) {
      const packet = await demuxer.next(stream.index, signal);
      if (!packet) break;
      packets.push(packet);
      using copy = packet.clone();
      if (!copy || !(await pass(looking, copy))) continue;
      const stated = copy.getSideData(nodeAv.AV_PKT_DATA_NEW_EXTRADATA);
      if (stated && stated.length > 0) config = Buffer.from(stated);
    }
  } finally {
    looking.free();
    demuxer.putBack(stream.index, packets);
  }
  if (!config) return undefined;
  const filter = createFilter(nodeAv, stream);
  return { config, pass: (packet) => pass(filter, packet), [Symbol.dispose]: () => filter.free() };
}

async function pass(filter: BitStreamFilterContext, packet: Packet): Promise<boolean> {
  if ((await filter.sendPacket(packet)) < 0) return false;
  return (await filter.receivePacket(packet)) >= 0;
}

function createFilter(nodeAv: NodeAv, stream: InputStream): BitStreamFilterContext {
  const found = nodeAv.BitStreamFilter.getByName("aac_adtstoasc");
  if (!found) throw new Error("This FFmpeg has no filter aac_adtstoasc");
  const filter = new nodeAv.BitStreamFilterContext();
  nodeAv.FFmpegError.throwIfError(filter.alloc(found), "Making the ADTS filter");
  try {
    if (filter.inputCodecParameters) stream.parameters.copy(filter.inputCodecParameters);
    filter.inputTimeBase = new nodeAv.Rational(stream.timeBase.num, stream.timeBase.den);
    nodeAv.FFmpegError.throwIfError(filter.init(), "Setting up the ADTS filter");
    return filter;
  } catch (error) {
    filter.free();
    throw error;
  }
}
