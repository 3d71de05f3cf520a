/** Whether the frames are there, and when they are shown. */

import type { Difference } from "./compare.ts";
import type { FileFacts } from "./facts.ts";

/** ffprobe prints times in six digits. */
const printedDigit = 1e-6;

/** Compares frames, their times, and how long both files are. */
export function compareTimes(before: FileFacts, after: FileFacts): Difference[] {
  const [was, is] = [before.picture!, after.picture!];
  const tolerance = Math.max(was.tick, is.tick) + 2 * printedDigit;
  const differences: Difference[] = [];
  const add = (aspect: Difference["aspect"], detail: string): void =>
    void differences.push({ aspect, detail });

  const [had, has] = [was.times.length, is.times.length];
  if (has < had) add("frames missing", `${has} frames of ${had}`);
  if (has > had) add("frames too many", `${has} frames from ${had}`);
  if (before.breaksOff) add("end", "the input breaks off");
  const falls = is.times.findIndex((time, index) => !(time > (is.times[index - 1] ?? -Infinity)));
  if (falls >= 0)
    add(
      "times fall",
      `frame ${falls} of the output is at ${seconds(is.times[falls]!)}, not after the one before`,
    );

  // a stream without a container has no times at all
  if (was.times.some(Number.isNaN)) return differences;
  const shift = is.times[0]! - was.times[0]!;
  if (Math.abs(shift) > tolerance)
    add("times", `the first frame at ${seconds(is.times[0]!)} of the file, was at ${seconds(was.times[0]!)}`);
  const fromFirst = (times: readonly number[]): number[] => times.map((time) => time - times[0]!);
  const wrong = firstMisplaced(fromFirst(was.times), fromFirst(is.times), tolerance);
  if (wrong !== undefined)
    add(
      "times",
      `frame ${wrong.index} ${seconds(wrong.is)} after the first, was ${wrong.was === undefined ? "not there" : seconds(wrong.was)}`,
    );
  differences.push(...compareDurations(before, after));
  return differences;
}

/** The first frame that lies elsewhere; with frames missing, one for which there is no place in what was. */
function firstMisplaced(
  was: readonly number[],
  is: readonly number[],
  tolerance: number,
): { index: number; is: number; was: number | undefined } | undefined {
  if (was.length === is.length) {
    const index = is.findIndex((time, at) => Math.abs(time - was[at]!) > tolerance);
    return index < 0 ? undefined : { index, is: is[index]!, was: was[index] };
  }
  const index = is.findIndex((time) => !was.some((place) => Math.abs(place - time) <= tolerance));
  return index < 0 ? undefined : { index, is: is[index]!, was: undefined };
}

// Containers count the last frame's and the last sound's length differently: within one of each they are the same.
function compareDurations(before: FileFacts, after: FileFacts): Difference[] {
  const [was, is] = [before.duration, after.duration];
  if (was === undefined || is === undefined) return [];
  const { times, tick } = before.picture!;
  const interval = times.length > 1 ? (times.at(-1)! - times[0]!) / (times.length - 1) : tick;
  const packetOfSound = 0.03;
  if (Math.abs(is - was) <= Math.max(interval, 0) + packetOfSound) return [];
  return [{ aspect: "duration", detail: `${seconds(is)} long, was ${seconds(was)}` }];
}

function seconds(value: number): string {
  return `${value.toFixed(3)} s`;
}
