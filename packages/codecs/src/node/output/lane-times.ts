/** When a stream's packets begin, how long they last, and which of them belong to a cut. */

import type { Packet } from "node-av";
import type { InputStream } from "../input/input-streams.ts";
import type { NodeAv } from "../node-av.ts";
import { packetTime, secondsOf, ticksOf } from "../node-av.ts";

/** The times of one stream's packets, in their order. */
export interface LaneTimes {
  /** Seconds at which a packet begins; where it does not say, where the one before ended. */
  timeOf(packet: Packet): number;
  /** Notes a packet. @returns the seconds at which it begins, and that it lasts */
  pass(packet: Packet): { readonly time: number; readonly lasts: number };
  /** Seconds at which the next packet begins, as far as is known. */
  readonly next: number;
  readonly hasPassed: boolean;
  /** Seconds at which sound's clock first steps back. */
  readonly backAt: number;
  /** Seconds that it steps back at most. */
  readonly back: number;
}

/** Of a stream of which no packet was seen. */
export function createLaneTimes(nodeAv: NodeAv, stream: InputStream): LaneTimes {
  let next = stream.start ?? 0;
  let [last, back, backAt] = [-Infinity, 0, NaN];
  const timeOf = (packet: Packet): number => packetTime(nodeAv, packet, stream.timeBase) ?? next;
  return {
    timeOf,
    pass: (packet) => {
      const time = timeOf(packet);
      const lasts = durationOf(nodeAv, packet, stream);
      if (stream.kind === "audio" && time < last) {
        back = Math.max(back, last - time);
        if (Number.isNaN(backAt)) backAt = time;
      }
      last = time;
      next = time + lasts;
      return { time, lasts };
    },
    get next() {
      return next;
    },
    get hasPassed() {
      return last > -Infinity;
    },
    get backAt() {
      return backAt;
    },
    get back() {
      return back;
    },
  };
}

/**
 * Whether a packet belongs to the cut. Sound that begins before it is passed over; a subtitle that lasts into the cut
 * begins with it, and one that lasts beyond it ends with it.
 */
export function clip(
  packet: Packet,
  { kind, timeBase }: InputStream,
  time: number,
  lasts: number,
  { start, end }: { readonly start: number; readonly end: number },
): boolean {
  if (time >= end) return false;
  if (kind !== "subtitle") return time >= start;
  if (time < start && time + lasts <= start) return false;
  const from = Math.max(time, start);
  const to = Math.min(time + lasts, end);
  if (from !== time || to !== time + lasts) packet.duration = ticksOf(to - from, timeBase);
  return true;
}

function durationOf(nodeAv: NodeAv, packet: Packet, stream: InputStream): number {
  const { timeBase, parameters, kind } = stream;
  if (packet.duration > 0n) return secondsOf(packet.duration, timeBase);
  if (kind !== "audio" || parameters.sampleRate < 1) return 0;
  return Math.max(0, nodeAv.avGetAudioFrameDuration2(parameters, packet.size)) / parameters.sampleRate;
}
