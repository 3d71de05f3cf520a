/** Where and how much of a video could not be decoded, from FFmpeg's complaints and the gaps they leave. */

import type { ReadOptions } from "@tatami/core";
import { damagedInput, formatSeconds } from "../../driver/explain-error.ts";

/**
 * Pictures that may come between a complaint and the gap it speaks of: decoders complain when they decode, and hand
 * pictures out later, in the order shown.
 */
const reorderedPictures = 16;

/** Tells of damage. Call it for every picture, in order. */
export interface DamageTeller {
  /** Before a picture shown at `timestamp` seconds: what was said since the one before. */
  picture(timestamp: number, complaints: readonly string[]): void;
  /** After the last picture. @param cut what is known of an end that came too early. */
  end(complaints: readonly string[], missing: number, cut?: string): void;
  /** At once, of `what` at `seconds`. */
  tell(what: string, seconds: number, frames: number | null): void;
}

/**
 * Makes one.
 *
 * @param onDamaged told of each place; without it the first throws.
 * @param usual seconds between pictures.
 * @param countRead pictures handed out so far, for the error.
 */
export function createDamageTeller(
  onDamaged: ReadOptions["onDamaged"],
  usual: number,
  countRead: () => number,
): DamageTeller {
  let last: number | undefined;
  let waiting: { readonly what: string; readonly seconds: number; pictures: number } | undefined;
  const after = (first = 0): number => (last === undefined ? first : last + usual);
  const tell: DamageTeller["tell"] = (what, seconds, frames) => {
    const place = formatSeconds(seconds);
    if (!onDamaged) throw damagedInput(`at ${place}: ${what}`, seconds, countRead());
    onDamaged({ seconds, frames, message: `The video cannot be decoded at ${place}: ${what}.` });
  };
  const hear = ([complaint]: readonly string[], first?: number): void => {
    if (complaint === undefined) return;
    // without anyone to tell, it ends here
    if (!onDamaged) tell(complaint, after(first), null);
    waiting ??= { what: complaint, seconds: after(first), pictures: 0 };
  };
  const settle = (seconds: number, frames: number | null): void => {
    if (waiting) tell(waiting.what, seconds, frames);
    waiting = undefined;
  };
  return {
    tell,
    picture: (timestamp, complaints) => {
      hear(complaints, timestamp);
      const missing = last === undefined ? 0 : Math.round((timestamp - last) / usual) - 1;
      if (waiting && missing > 0) settle(after(), missing);
      else if (waiting && ++waiting.pictures > reorderedPictures) settle(waiting.seconds, 0);
      last = timestamp;
    },
    end: (complaints, missing, cut) => {
      hear(complaints);
      // whatever was said before, nothing comes after: it is told of the end
      if (cut !== undefined) {
        tell(cut, after(), missing > 0 ? missing : null);
        return;
      }
      if (missing > 0)
        waiting ??= { what: "the file ends before its last pictures", seconds: 0, pictures: 0 };
      if (!waiting) return;
      if (missing > 0) settle(after(), missing);
      else settle(waiting.seconds, complaints.length > 0 ? null : 0);
    },
  };
}
