/** Whether fusing a recording gains anything, asked at each of its key frames, and how boldly it is to be done. */

/** What the test decided, as it can be saved. */
export interface SelfTestState {
  /** How much the picture changed at key frames, in levels; the last ones. */
  readonly noises: readonly number[];
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
   * Levels at which a pixel's gate begins to open.
   *
   * @param copied how much of the frames between key frames the codec only copies, 0 to 1: then it tells what moved, and the gate may
   * be wider elsewhere
   */
  threshold(copied: number): number;
  readonly verdict: Verdict;
  readonly keys: number;
  /** Mean of the last gains, levels² a pixel; none before a key frame. */
  readonly gain: number | undefined;
  /**
   * A key frame.
   *
   * @param noise see `noiseOfSteps`
   * @param gain levels² a still pixel; none where too little was still
   */
  keyFrame(noise: number, gain: number | undefined): void;
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
const [least, most] = [2, 12];
/** Before anything is known. */
const first = 3;
/** What the threshold is multiplied by where fusing gains nothing. */
const retreat = 0.7;

/** Levels within which a threshold stays, whatever was measured. */
export function boundThreshold(levels: number): number {
  return Math.min(Math.max(levels, least), most);
}

/** A stream's beginning, or where another left off. */
export function createSelfTest(from?: SelfTestState): SelfTest {
  const noises = [...(from?.noises ?? [])];
  const gains = [...(from?.gains ?? [])];
  let { slack, keys, verdict } = from ?? { slack: 1, keys: 0, verdict: "unknown" as Verdict };
  const wanted = (copied: number): number =>
    (noises.length === 0 ? first : (deviations + more * copied) * median(noises)) * slack;
  const judge = (): void => {
    const last = gains.slice(-together);
    if (last.length < together) return;
    if (last.every((gain) => gain > 0)) verdict = "gains";
    if (sum(last) > 0) return;
    if (wanted(1) <= least) verdict = "gains nothing";
    slack *= retreat;
    // what was seen at another threshold says nothing of this one
    gains.length = 0;
  };
  return {
    threshold: (copied) => boundThreshold(wanted(copied)),
    get verdict() {
      return verdict;
    },
    get keys() {
      return keys;
    },
    get gain() {
      const last = gains.slice(-together);
      return last.length === 0 ? undefined : sum(last) / last.length;
    },
    keyFrame(noise, gain) {
      keys += 1;
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

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
