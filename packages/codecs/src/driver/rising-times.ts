/** Times that rise where an input's clock jumps: a camera that was set, recordings joined one after the other. */

import type { Changed } from "@tatami/core";
import { formatSeconds } from "./explain-error.ts";

/** What a packet says of its time. */
export interface PacketTime {
  /** Seconds. */
  readonly timestamp: number;
  readonly type: "key" | "delta";
}

/** A place where the clock jumps. */
export interface Seam {
  /** Seconds on the clock before the jump: the last picture shown. */
  readonly before: number;
  /** Seconds on the clock after it: the first picture shown. */
  readonly after: number;
  /** Seconds to add to the clock from here on, so that times go on rising. */
  readonly offset: number;
}

/** Times of a track's pictures. */
export interface RisingTimes {
  /** In the order shown, from the first key picture on. */
  readonly times: readonly number[];
  readonly seams: readonly Seam[];
}

/** Seconds by which a picture may come before one that was decoded earlier: decoders reorder 16 pictures at most. */
const reordering = 2;

/** Seconds without a picture that are a gap, and not yet another clock. */
export const longestGap = 100;

/** Seconds between pictures where there are too few to measure. */
const usualStep = 1 / 25;

/** Makes times rise. @param packets in the order decoded. */
export function riseTimes(packets: readonly PacketTime[]): RisingTimes {
  const parts = splitAtSeams(packets);
  const times: number[] = [];
  const seams: Seam[] = [];
  let [offset, step] = [0, usualStep];
  let before: number | undefined;
  for (const part of parts) {
    const [first, last] = [part[0]!, part.at(-1)!];
    if (before !== undefined) {
      offset = times.at(-1)! + step - first;
      seams.push({ before, after: first, offset });
    }
    for (const time of part) times.push(time + offset);
    if (part.length > 1) step = (last - first) / (part.length - 1);
    before = last;
  }
  return { times, seams };
}

/** Times between the jumps, each part sorted. What is shown before the very first key picture cannot be decoded. */
function splitAtSeams(packets: readonly PacketTime[]): readonly (readonly number[])[] {
  const parts: number[][] = [];
  let latest = -Infinity;
  for (const { timestamp, type } of packets) {
    const part = parts.at(-1);
    if (!part && type !== "key") continue;
    // all pictures decoded before a key picture are shown before it, too
    const back = timestamp < latest - (type === "key" ? 0 : reordering);
    if (!part || back || timestamp > latest + longestGap) {
      parts.push([timestamp]);
      latest = timestamp;
      continue;
    }
    latest = Math.max(latest, timestamp);
    const isLeading = parts.length === 1 && timestamp < part[0]!;
    if (!isLeading) part.push(timestamp);
  }
  return parts.map((part) => part.toSorted((a, b) => a - b));
}

/**
 * Makes times of sound rise, packet by packet: at the seams of the pictures it goes along, so that both stay in step;
 * where it steps back alone, packets wait until its clock has come up again.
 *
 * @param seams of the pictures.
 * @param tell told once of every place where it jumps alone, in seconds as made to rise.
 */
export function createSoundTimes(
  seams: readonly Seam[],
  tell: (at: number, step: number) => void,
): (timestamp: number, duration: number) => number {
  const follow = followSeams(seams);
  let offset = 0;
  let clock: number | undefined;
  let last = -Infinity;
  return (timestamp, duration) => {
    const followed = follow(timestamp);
    const step = clock === undefined ? 0 : followed - clock;
    clock = followed;
    if (step < -overlap || step > longestGap) {
      if (Math.abs(step) > reordering) offset = last + duration - followed;
      tell(followed + offset, step);
    }
    last = Math.max(followed + offset, last + leastStep);
    return last;
  };
}

/** Gives times of sound the offsets of the pictures' seams, where it jumps as they do. */
export function followSeams(seams: readonly Seam[]): (timestamp: number) => number {
  let [offset, passed] = [0, 0];
  let clock: number | undefined;
  return (timestamp) => {
    const step = clock === undefined ? 0 : timestamp - clock;
    clock = timestamp;
    if (step >= 0 && step <= longestGap) return timestamp + offset;
    const found = seams.findIndex(
      ({ before, after }, index) => index >= passed && Math.abs(after - before - step) < reordering,
    );
    if (found >= 0) [offset, passed] = [seams[found]!.offset, found + 1];
    return timestamp + offset;
  };
}

/** Seconds by which the sound of a recording may lap over that of the one before: a packet. */
const overlap = 0.03;

/** Seconds between packets whose clock has stepped back. */
const leastStep = 1e-5;

/** What is told of a seam. @param at seconds as made to rise. */
export function tellSeam(what: "picture" | "sound", at: number, step: number): Changed {
  const how = `${step < 0 ? "back" : "forward"} by ${formatSeconds(Math.abs(step))}`;
  return {
    kind: "times",
    message: `The clock of the ${what} jumps ${how} at ${formatSeconds(at)}; times go on rising there.`,
  };
}
