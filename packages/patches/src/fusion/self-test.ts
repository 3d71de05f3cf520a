/** Whether fusing a recording gains anything, asked at each of its key frames, and how boldly it is to be done. */

import type { StepNoise } from "./noise-of-steps.ts";
import { boundThreshold, thresholdsOf, typicalOf } from "./noise-of-steps.ts";

/** What the test decided, as it can be saved. */
export interface SelfTestState {
  /** How much the picture changed at key frames; the last ones. */
  readonly noises: readonly StepNoise[];
  /** By how much nearer the mean was to a key frame than the last frame, levels² a still pixel; since the threshold was moved. */
  readonly gains: readonly number[];
  /** What the threshold is multiplied by. */
  readonly slack: number;
  /** Key frames after the first. */
  readonly keys: number;
  readonly verdict: Verdict;
}

/** `unknown` until four key frames were seen in a row that gain. */
export type Verdict = "unknown" | "gains" | "gains nothing";

/** Watches one stream. */
export interface SelfTest {
  /**
   * 256 levels at which a pixel's gate begins to open, by what it shows.
   *
   * @param copied how much of the frames between key frames the codec only copies, 0 to 1: then it tells what moved, and the gate may
   * be wider elsewhere
   */
  thresholds(copied: number): Float32Array;
  /** That of what is shown most. */
  threshold(copied: number): number;
  readonly verdict: Verdict;
  /** Whether it has lost at a bolder threshold, and nothing is known of this one yet. */
  readonly isDoubtful: boolean;
  readonly keys: number;
  /** Mean of the last gains, levels² a pixel; none before a key frame. */
  readonly gain: number | undefined;
  /**
   * A key frame.
   *
   * @param noise of the step to it
   * @param gain levels² a still pixel; none where too little was still
   */
  keyFrame(noise: StepNoise, gain: number | undefined): void;
  state(): SelfTestState;
}

/** Key frames that are looked at together. */
const together = 4;
/** Key frames whose changes the threshold goes by. */
const remembered = 9;
/**
 * The threshold, in deviations of what changes at a key frame: what keeps moving things as they are, where a codec
 * codes all anew, and what is added to it where it copies all that stands still.
 */
const [deviations, more] = [1.3, 1.1];
/** Before anything is known. */
const first = 3;
/** What the threshold is multiplied by where fusing gains nothing. */
const retreat = 0.7;
/**
 * Levels² a still pixel that have to be gained: less is not worth what moving ones lose. Recordings of hardly any noise gain 0 to
 * 0.2 by this test, and lose by the next frames (`npm run bench:fusion -- --clips FOLDER`).
 */
const leastGain = 0.25;

/** A stream's beginning, or where another left off. */
export function createSelfTest(from?: SelfTestState): SelfTest {
  const noises = [...(from?.noises ?? [])];
  const gains = [...(from?.gains ?? [])];
  let { slack, keys, verdict } = from ?? { slack: 1, keys: 0, verdict: "unknown" as Verdict };
  const factor = (copied: number): number => (deviations + more * copied) * slack;
  const threshold = (copied: number): number =>
    boundThreshold(noises.length === 0 ? first * slack : factor(copied) * typicalOf(noises));
  const judge = (): void => {
    const last = gains.slice(-together);
    if (last.length < together) return;
    if (last.every((gain) => gain > leastGain)) verdict = "gains";
    if (sum(last) > together * leastGain) return;
    verdict = threshold(1) === boundThreshold(0) ? "gains nothing" : "unknown";
    slack *= retreat;
    // what was seen at another threshold says nothing of this one
    gains.length = 0;
  };
  return {
    threshold,
    thresholds: (copied) =>
      noises.length === 0
        ? new Float32Array(256).fill(threshold(copied))
        : thresholdsOf(noises, factor(copied)),
    get verdict() {
      return verdict;
    },
    get isDoubtful() {
      return verdict === "unknown" && slack < 1;
    },
    get keys() {
      return keys;
    },
    get gain() {
      const last = gains.slice(-together);
      return last.length === 0 ? undefined : sum(last) / last.length;
    },
    keyFrame(noise, gain) {
      keys++;
      noises.push(noise);
      if (noises.length > remembered) noises.shift();
      if (gain !== undefined) gains.push(gain);
      if (gains.length > together) gains.shift();
      judge();
    },
    state: () => ({ noises: [...noises], gains: [...gains], slack, keys, verdict }),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
