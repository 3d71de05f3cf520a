/** Sound decoded and encoded anew. */

import type { SoundOptions, SoundPacket } from "@tatami/core";
import type { Frame } from "node-av";
import type { Media } from "./media.ts";
import { decodeSound } from "./sound-decoder.ts";
import type { SoundEncoding } from "./sound-encoder.ts";
import { openSoundEncoder } from "./sound-encoder.ts";
import { createSoundFilter } from "./sound-filter.ts";

/**
 * The packets of a stream, encoded by the plan. The first may lie before the first sample by what the encoder needs to
 * run in.
 */
export async function* encodeSound(
  media: Media,
  index: number,
  { start = -Infinity, end = Infinity, signal }: SoundOptions,
  plan: SoundEncoding,
): AsyncGenerator<SoundPacket, void, undefined> {
  const { nodeAv } = media.packages;
  await using reading = await media.access.read(index, signal);
  const { demuxer } = reading;
  const stream = demuxer.streams[index];
  if (!stream) return;
  if (reading.seekable && start > 0) await demuxer.seek(index, start);
  using encoder = await openSoundEncoder(nodeAv, plan);
  using filter = createSoundFilter(nodeAv, plan, stream.timeBase);
  for await (const frames of filtered()) {
    for (const packet of await encodeAll(frames)) {
      if (packet.timestamp >= end) return;
      if (packet.timestamp >= start) yield packet;
    }
  }
  for (const packet of await encoder.encode(null)) {
    if (packet.timestamp >= start && packet.timestamp < end) yield packet;
  }

  async function* filtered(): AsyncGenerator<readonly Frame[], void, undefined> {
    if (!stream) return;
    for await (const frame of decodeSound(nodeAv, demuxer, stream, signal)) yield await filter.push(frame);
    yield await filter.push(null);
  }

  async function encodeAll(frames: readonly Frame[]): Promise<readonly SoundPacket[]> {
    const packets: SoundPacket[] = [];
    try {
      for (const frame of frames) packets.push(...(await encoder.encode(frame)));
    } finally {
      for (const frame of frames) frame.free();
    }
    return packets;
  }
}
