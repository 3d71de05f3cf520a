/** Whether looking for patches to reuse is worth its while, by measurement. */

/** What some frames that were looked at took, in milliseconds. */
export interface ReuseCost {
  /** Comparing, keeping, copying, carrying. */
  readonly reuse: number;
  /** Computing the patches that had to be. */
  readonly infer: number;
  readonly computed: number;
  /** All there were. */
  readonly patches: number;
  readonly frames: number;
}

/** Turns reuse off while it costs more than it saves, and tries it again from time to time. */
export interface BreakEven {
  /** Whether the next frames should be looked at. */
  readonly on: boolean;
  /** Tells what frames that were looked at have cost. */
  measured(cost: ReuseCost): void;
  /** Tells what frames took that were not looked at: milliseconds for all of them. */
  passed(frames: number, infer: number): void;
}

/** Frames that are judged together at first, and when it is tried again. */
const span = 8;
const trial = 2;
/** Frames that pass before the first new try, and the most there are between two. */
const firstPause = 16;
const longestPause = 256;

/**
 * Starts with reuse on.
 *
 * @param advantage how much less it takes to compute a whole frame when no patch will be reused, because it is cut
 * into larger patches: 0.8 means a fifth less. A first guess; it is measured as soon as it can be.
 */
export function createBreakEven(advantage: number): BreakEven {
  let ratio = advantage;
  let waiting = 0;
  let pause = firstPause;
  let seen = 0;
  let balance = 0;
  /** Milliseconds a patch, and milliseconds for all patches of a frame at that. */
  let each: number | undefined;
  let whole: number | undefined;
  return {
    get on() {
      return waiting <= 0;
    },
    measured({ reuse, infer, computed, patches, frames }) {
      if (computed > 0) each = infer / computed;
      // nothing was ever computed: whatever that took, it is less
      if (each === undefined) return;
      whole = (each * patches) / frames;
      balance += ratio * each * patches - infer - reuse;
      seen += frames;
      if (seen < (pause === firstPause ? span : trial)) return;
      if (balance < 0) {
        waiting = pause;
        pause = Math.min(pause * 2, longestPause);
      } else pause = firstPause;
      [seen, balance] = [0, 0];
    },
    passed(frames, infer) {
      waiting -= frames;
      if (whole !== undefined) ratio += (Math.min(1, infer / frames / whole) - ratio) / 4;
    },
  };
}
