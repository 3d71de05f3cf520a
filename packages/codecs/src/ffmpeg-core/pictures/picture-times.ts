/** Times of pictures from the file's start, made to rise where the clock jumps. */

import type { Changed } from "@tatami/core";
import type { Seam } from "../../driver/rising-times.ts";
import { longestGap, tellSeam } from "../../driver/rising-times.ts";

/** What times are made from. */
export interface PictureClock {
  /** Seconds on the container's clock at the file's start. */
  readonly startTime: number;
  /** Seconds between pictures, as a rule. */
  readonly usual: number;
  /** Jumps that are known, whose offsets the sound has too. */
  readonly seams: readonly Seam[];
}

/** Seconds by which a jump may differ from a known one. */
const sameJump = 2;

/**
 * Gives each picture, in the order shown, its time from the file's start; `null` is a picture without one.
 *
 * @param tell told of every jump that is made to rise.
 */
export function createPictureTimes(
  { startTime, usual, seams }: PictureClock,
  tell: ((changed: Changed) => void) | undefined,
): (seconds: number | null) => number {
  let clock: number | undefined;
  let last: number | undefined;
  let [offset, offsetBefore] = [0, 0];
  return (seconds) => {
    if (seconds === null) return (last = last === undefined ? 0 : last + usual);
    // without the last digits, in which differences err
    const at = (by: number): number => Math.round((seconds + by - startTime) * 1e9) / 1e9;
    const step = clock === undefined ? usual : seconds - clock;
    const before = clock;
    clock = seconds;
    if (last === undefined || before === undefined) return (last = at(offset));
    const isNext = (time: number): boolean => time > last! && time < last! + 1.5 * usual;
    if (!isNext(at(offset)) && isNext(at(offsetBefore))) {
      // one picture had a time of its own
      [offset, offsetBefore] = [offsetBefore, offset];
    } else if (step <= 0 || step > longestGap) {
      const known = seams.find((seam) => Math.abs(seam.after - seam.before - step) < sameJump);
      const next = last + usual + startTime - seconds;
      const isRising = known !== undefined && at(known.offset) > last;
      [offset, offsetBefore] = [isRising ? known.offset : next, offset];
      tell?.(tellSeam("picture", at(offset), step));
    }
    return (last = Math.max(at(offset), last + 1e-6));
  };
}
