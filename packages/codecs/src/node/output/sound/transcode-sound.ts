/** A track of sound on its way through decoder, filter and encoder. */

import type { CodecContext, Frame, Packet } from "node-av";
import type { InputStream } from "../../input/input-streams.ts";
import type { NodeAv } from "../../node-av.ts";
import { secondsOf } from "../../node-av.ts";
import { kindOf } from "../../join/joined-source.ts";
import { openStreamDecoder } from "../../pictures/stream-decoder.ts";
import type { SoundEncoding } from "./sound-encoder.ts";
import { openSoundEncoder } from "./sound-encoder.ts";
import { createSoundFilter } from "./sound-filter.ts";

/** Packets in, packets of another codec out. */
export interface SoundTranscoder extends Disposable {
  /** The encoder, which states what a muxer must know. */
  readonly context: CodecContext;
  /** Takes a packet, which stays the caller's, or `null` at the end; what comes out is the caller's, counted in samples. */
  push(packet: Packet | null): Promise<readonly Packet[]>;
  /** Seconds at which the first sound was that could be decoded; nothing until there was any. */
  readonly heard: number | undefined;
}

/** Opens all three. @param tolerance seconds by which sound may be off its time. @defaultValue as the filter's */
export async function openSoundTranscoder(
  nodeAv: NodeAv,
  stream: InputStream,
  plan: SoundEncoding,
  tolerance?: number,
): Promise<SoundTranscoder> {
  let decoder = await openStreamDecoder(nodeAv, stream);
  let source = stream;
  const filter = createSoundFilter(nodeAv, plan, stream.timeBase, tolerance);
  const encoder = await openSoundEncoder(nodeAv, plan, stream).catch((error: unknown) => {
    decoder[Symbol.dispose]();
    throw error;
  });
  let heard: number | undefined;
  const encodeAll = async (frames: readonly Frame[]): Promise<readonly Packet[]> => {
    const packets: Packet[] = [];
    try {
      for (const frame of frames) packets.push(...(await encoder.encode(frame)));
    } finally {
      for (const frame of frames) frame.free();
    }
    return packets;
  };
  const decodeAll = async (packet: Packet | null): Promise<Packet[]> => {
    // what cannot be decoded leaves a gap, which the filter fills with silence
    await decoder.send(packet);
    const packets: Packet[] = [];
    for (let received = await decoder.receive(); received; received = await decoder.receive()) {
      if (!("frame" in received)) continue;
      heard ??= secondsOf(received.frame.bestEffortTimestamp, stream.timeBase);
      packets.push(...(await encodeAll(await filter.push(received.frame))));
    }
    return packets;
  };
  /** Sound of another kind, where another file goes on: its packets are on the same clock. */
  const changeTo = async (next: InputStream): Promise<readonly Packet[]> => {
    const rest = await decodeAll(null);
    decoder[Symbol.dispose]();
    decoder = await openStreamDecoder(nodeAv, { ...next, timeBase: stream.timeBase });
    source = next;
    return rest;
  };
  return {
    context: encoder.context,
    get heard() {
      return heard;
    },
    push: async (packet) => {
      const next = packet ? (kindOf(packet) ?? stream) : source;
      const packets = next === source ? [] : [...(await changeTo(next))];
      packets.push(...(await decodeAll(packet)));
      if (packet) return packets;
      packets.push(...(await encodeAll(await filter.push(null))));
      packets.push(...(await encoder.encode(null)));
      return packets;
    },
    [Symbol.dispose]: () => {
      decoder[Symbol.dispose]();
      filter[Symbol.dispose]();
      encoder[Symbol.dispose]();
    },
  };
}
