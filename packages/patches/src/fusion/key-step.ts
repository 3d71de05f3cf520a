/**
 * A key frame beside what was shown before it. Where groups of pictures are open (H.265 as x265 makes it), the frames just before a key
 * frame are predicted from it, and have its faults: beside them it seems to have no noise, and a mean to be worse than they are.
 */

import type { Plane } from "@tatami/core";
import type { StepNoise } from "./noise-of-steps.ts";
import { noiseOfSteps } from "./noise-of-steps.ts";

/** Frames of a stream that were shown some while ago. */
export interface RecentFrames {
  /** @param frame not written to from then on */
  push(frame: Plane): void;
  /** One that was shown 8 to 11 frames before the one that comes next. */
  older(): Plane | undefined;
  clear(): void;
  /** What is kept, the latest first, and how many frames were pushed. */
  state(): { readonly frames: readonly Plane[]; readonly pushed: number };
}

/** Every so many frames one is kept, and one at least so old is wanted: encoders put fewer before a key frame. */
const [every, oldEnough] = [4, 8];
/** A key frame changes by less than this part of what it changes beside an older frame: then the frame before it is predicted from it. */
const led = 0.75;

/** None, or those of a {@link RecentFrames.state}. */
export function createRecentFrames(from?: ReturnType<RecentFrames["state"]>): RecentFrames {
  const frames = [...(from?.frames ?? [])];
  let pushed = from?.pushed ?? 0;
  return {
    push(frame) {
      if (pushed % every === 0) frames.unshift(frame);
      frames.splice(3);
      pushed++;
    },
    older() {
      const youngest = 1 + ((pushed + every - 1) % every);
      return frames.find((_, index) => youngest + index * every >= oldEnough);
    },
    clear() {
      frames.length = 0;
      pushed = 0;
    },
    state: () => ({ frames: [...frames], pushed }),
  };
}

/** The noise of the step to a key frame; and the older frame, where the one before it is predicted from it. */
export function noiseOfKeyStep(
  before: Plane,
  older: Plane | undefined,
  key: Plane,
): { readonly noise: StepNoise; readonly beside?: Plane } {
  const noise = noiseOfSteps(before, key);
  if (older?.width !== key.width || older.height !== key.height) return { noise };
  const fromOlder = noiseOfSteps(older, key);
  return noise.typical < led * fromOlder.typical ? { noise: fromOlder, beside: older } : { noise };
}

/** What is known of a stream before its key frame is fused. */
export interface KnownBefore {
  /** For how many frames each pixel was still, its mean, and the level above which its gate opens. */
  readonly still: Uint8Array;
  readonly means: Float32Array;
  readonly thresholds: Float32Array;
}

/**
 * By how much nearer the mean is to a key frame than an older frame, levels² a still pixel, and of how many pixels that is; what light
 * has done since then is taken out of it. Whatever differs by more than three times the threshold is not noise.
 */
export function gainOver(
  older: Plane,
  key: Plane,
  { still, means, thresholds }: KnownBefore,
  stillFrames: number,
): { readonly gained: number; readonly pixels: number } {
  let [pixels, gained, light] = [0, 0, 0];
  for (let y = 0; y < key.height; y++)
    for (let x = 0; x < key.width; x++) {
      const i = y * key.width + x;
      if (still[i]! < stillFrames) continue;
      const mean = means[i]!;
      const now = key.data[y * key.stride + x]!;
      const step = now - older.data[y * older.stride + x]!;
      const farthest = (3 * thresholds[Math.min(Math.max(Math.round(mean), 0), 255)]!) ** 2;
      gained += Math.min(step ** 2, farthest) - Math.min((now - mean) ** 2, farthest);
      light += step;
      pixels++;
    }
  return { gained: pixels > 0 ? gained - light ** 2 / pixels : 0, pixels };
}
