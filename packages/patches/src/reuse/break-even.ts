/** Whether looking for patches to reuse is worth its while, by measurement. */

/** What one frame took, in milliseconds. */
export interface FrameCost {
  /** Comparing, keeping, copying, carrying. */
  readonly reuse: number;
  /** Computing the patches that had to be. */
  readonly infer: number;
  readonly computed: number;
  readonly patches: number;
}

/** Turns reuse off while it costs more than it saves, and tries it again from time to time. */
export interface BreakEven {
  /** Whether the next frame should be looked at. */
  readonly on: boolean;
  /** Tells what a frame that was looked at has cost. */
  measured(cost: FrameCost): void;
  /** Tells that a frame went by without being looked at. */
  passed(): void;
}

/** Frames that are judged together. */
const span = 8;
/** Frames that pass before the first new try, and the most there are between two. */
const firstPause = 16;
const longestPause = 256;

/** Starts with reuse on. */
export function createBreakEven(): BreakEven {
  let waiting = 0;
  let pause = firstPause;
  let seen = 0;
  let balance = 0;
  return {
    get on() {
      return waiting === 0;
    },
    measured({ reuse, infer, computed, patches }) {
      // a patch that was not computed saved what those that were took on average
      const each = computed > 0 ? infer / computed : Infinity;
      const saved = computed === patches ? 0 : (patches - computed) * each;
      balance += saved - reuse;
      seen += 1;
      // the first frame of all has nothing to be compared with
      if (seen < span && !(seen === 2 && pause > firstPause && balance < 0)) return;
      if (balance < 0) {
        waiting = pause;
        pause = Math.min(pause * 2, longestPause);
      } else pause = firstPause;
      [seen, balance] = [0, 0];
    },
    passed() {
      if (waiting > 0) waiting -= 1;
    },
  };
}
