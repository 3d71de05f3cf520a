/** Packets of sound as they stand in the input. */

import type { SoundOptions, SoundPacket } from "@tatami/core";
import type { Packet } from "node-av";
import type { Packages } from "../packages.ts";
import { openAdtsFilter } from "./adts-filter.ts";
import type { InputStream } from "./input-streams.ts";
import type { Media } from "./media.ts";

/** @param withoutAdts whether headers are taken off the packets. */
export async function* copySound(
  media: Media,
  index: number,
  { start = -Infinity, end = Infinity, signal }: SoundOptions,
  withoutAdts: boolean,
): AsyncGenerator<SoundPacket, void, undefined> {
  const { nodeAv } = media.packages;
  await using reading = await media.access.read(index, signal);
  const { demuxer } = reading;
  const stream = demuxer.streams[index];
  if (!stream) return;
  using filter = withoutAdts ? openAdtsFilter(nodeAv, stream) : undefined;
  if (reading.seekable && start > 0) await demuxer.seek(index, start);
  let next = stream.start ?? 0;
  let last = -Infinity;
  for (;;) {
    using packet = await demuxer.next(index, signal);
    if (!packet) return;
    if (filter && !(await filter.pass(packet))) continue;
    const { data } = packet;
    if (!data || data.length === 0) continue;
    const timestamp = timeOf(nodeAv, packet, stream) ?? next;
    const duration = durationOf(nodeAv, packet, stream);
    next = timestamp + duration;
    if (timestamp >= end) return;
    // writers take no step back, as there may be one where a live input began anew
    if (timestamp < start || timestamp <= last) continue;
    last = timestamp;
    yield { data: Uint8Array.from(data), timestamp, duration };
  }
}

function timeOf(nodeAv: Packages["nodeAv"], packet: Packet, { timeBase }: InputStream): number | undefined {
  const ticks = packet.pts === nodeAv.AV_NOPTS_VALUE ? packet.dts : packet.pts;
  return ticks === nodeAv.AV_NOPTS_VALUE ? undefined : (Number(ticks) * timeBase.num) / timeBase.den;
}

function durationOf(nodeAv: Packages["nodeAv"], packet: Packet, stream: InputStream): number {
  const { timeBase, parameters } = stream;
  if (packet.duration > 0n) return (Number(packet.duration) * timeBase.num) / timeBase.den;
  return Math.max(0, nodeAv.avGetAudioFrameDuration2(parameters, packet.size)) / parameters.sampleRate;
}
