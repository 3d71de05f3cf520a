/** Finds out about a recording at its key frames, and when it cuts. What was found out outlives cuts and seeks. */

import type { Plane } from "@tatami/core";
import type { FusionSums } from "@tatami/kernels";
import type { KeyLook } from "./fused-scene.ts";
import { noiseOfSteps } from "./noise-of-steps.ts";
import type { SelfTest, SelfTestState } from "./self-test.ts";
import { createSelfTest } from "./self-test.ts";

/** A frame's luma, and what is known of it beside. */
export interface FusionFrame {
  readonly luma: Plane;
  /** Seconds. */
  readonly timestamp: number;
  /** Whether it is a key frame; where not known, one in which most of the picture changed is taken for one. */
  readonly isKey?: boolean | undefined;
}

/** What a frame is to the scene before it: another scene's first, a key frame that was learnt from, or one more of it. */
export type Sight = "cut" | "key" | "more";

/** What was found out, as it can be saved. */
export interface WatchState {
  readonly test: SelfTestState;
  readonly lastKey: number | undefined;
  readonly copied: number;
  readonly offSince: number | undefined;
}

/** Watches one recording. */
export interface KeyFrameWatch {
  readonly test: Pick<SelfTest, "verdict" | "isDoubtful" | "keys" | "gain">;
  /** 256 levels at which a pixel's gate begins to open, by what it shows. */
  thresholds(): Float32Array;
  /** That of what is shown most. */
  threshold(): number;
  /** Whether a key frame of this time is to be looked at. */
  isDueAt(timestamp: number): boolean;
  /**
   * Looks at a frame that was fused, and learns from it where it is a key frame.
   *
   * @param before the frame before it
   * @param past what it tells beside an older frame, where that was asked
   */
  look(frame: FusionFrame, sums: FusionSums, before: Plane, past: KeyLook | undefined): Sight;
  /** Whether a recording that gains nothing can be left alone still. */
  restsAt(timestamp: number): boolean;
  /** Lets the test begin anew. */
  lookAgain(): void;
  state(): WatchState;
}

/** Parts of the picture: what of it has to change for a cut, what of its light for a jump of exposure, what for a key frame. */
const [cutShare, lightShare, keyShare] = [0.6, 0.3, 0.6];
/** Levels of change from one frame to the next that are noise at most, and no cut, however many gates it opens. */
const mostNoise = 8;
/** Frames over which it is averaged how much of them a codec copied. */
const slowly = 50;
/** What of it has to be still for a verdict. */
const stillShare = 0.02;
/** Seconds between key frames that are looked at: where each frame is one, some are enough. */
const keyInterval = 0.4;
/** Seconds after which a stream that gained nothing is looked at again: night falls. */
const again = 600;

/** A stream's beginning, or where another left off. */
export function createKeyFrameWatch(from?: WatchState): KeyFrameWatch {
  let test = createSelfTest(from?.test);
  let copied = from?.copied ?? 0;
  let lastKey = from?.lastKey;
  let offSince = from?.offSince;
  const isDueAt = (timestamp: number): boolean => timestamp - (lastKey ?? -Infinity) >= keyInterval;
  return {
    get test() {
      return test;
    },
    thresholds: () => test.thresholds(copied),
    threshold: () => test.threshold(copied),
    isDueAt,
    look({ luma, timestamp, isKey }, sums, before, past) {
      const pixels = luma.width * luma.height;
      copied += (Math.max(0, 1 - (32 * sums.changes) / pixels) - copied) / slowly;
      if (sums.bounded > (lightShare * pixels) / 16) return "cut";
      const isOpen = sums.opened > cutShare * pixels;
      const isTakenForKey = isKey ?? sums.changes > (keyShare * pixels) / 16;
      const isDue = isTakenForKey && isDueAt(timestamp);
      if (!isDue && !isOpen) return "more";
      if (!isTakenForKey) return "cut";
      const {
        noise = noiseOfSteps(before, luma),
        gained = sums.gained,
        stillPixels = sums.stillPixels,
      } = past ?? {};
      // at the first key frame nothing is known of the noise yet, which may open all gates too
      if (isOpen && noise.typical > mostNoise) return "cut";
      if (!isDue) return "more";
      lastKey = timestamp;
      const enough = stillPixels >= stillShare * pixels;
      test.keyFrame(noise, enough ? gained / stillPixels : undefined);
      return "key";
    },
    restsAt(timestamp) {
      offSince ??= timestamp;
      return timestamp - offSince < again && timestamp >= offSince;
    },
    lookAgain() {
      test = createSelfTest();
      offSince = undefined;
    },
    state: () => ({ test: test.state(), lastKey, copied, offSince }),
  };
}
