/** A track of sound on its way through decoder, filter and encoder. */

import type { CodecContext, Frame, Packet } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { openStreamDecoder } from "../pictures/stream-decoder.ts";
import type { SoundEncoding } from "./sound-encoder.ts";
import { openSoundEncoder } from "./sound-encoder.ts";
import { createSoundFilter } from "./sound-filter.ts";

/** Packets in, packets of another codec out. */
export interface SoundTranscoder extends Disposable {
  /** The encoder, which states what a muxer must know. */
  readonly context: CodecContext;
  /** Takes a packet, which stays the caller's, or `null` at the end; what comes out is the caller's, counted in samples. */
  push(packet: Packet | null): Promise<readonly Packet[]>;
  /** Whether anything could be decoded so far. */
  readonly decoded: boolean;
}

/** Opens all three. */
export async function openSoundTranscoder(
  nodeAv: NodeAv,
  stream: InputStream,
  plan: SoundEncoding,
): Promise<SoundTranscoder> {
  const decoder = await openStreamDecoder(nodeAv, stream);
  const filter = createSoundFilter(nodeAv, plan, stream.timeBase);
  const encoder = await openSoundEncoder(nodeAv, plan, stream).catch((error: unknown) => {
    decoder[Symbol.dispose]();
    throw error;
  });
  let decoded = false;
  const encodeAll = async (frames: readonly Frame[]): Promise<readonly Packet[]> => {
    const packets: Packet[] = [];
    try {
      for (const frame of frames) packets.push(...(await encoder.encode(frame)));
    } finally {
      for (const frame of frames) frame.free();
    }
    return packets;
  };
  return {
    context: encoder.context,
    get decoded() {
      return decoded;
    },
    push: async (packet) => {
      // what cannot be decoded leaves a gap, which the filter fills with silence
      await decoder.send(packet);
      const packets: Packet[] = [];
      for (let received = await decoder.receive(); received; received = await decoder.receive()) {
        if (!("frame" in received)) continue;
        decoded = true;
        packets.push(...(await encodeAll(await filter.push(received.frame))));
      }
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
