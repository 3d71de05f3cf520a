/** Fuses the luma of a stream's frames, and finds out whether that is any good. */

import type { Plane, Size } from "@tatami/core";
import { copyRows, createPlane } from "@tatami/core";
import type { FusionSums } from "@tatami/kernels";
import { stillFrames } from "./fuse-frame.ts";
import { createRecentFrames, gainOver, noiseOfKeyStep } from "./key-step.ts";
import type { StepNoise } from "./noise-of-steps.ts";
import { noiseOfSteps } from "./noise-of-steps.ts";
import type { FuseMode } from "./options.ts";
import type { FusedPlane, PlaneFuser } from "./plane-fuser.ts";
import { createPlaneFuser } from "./plane-fuser.ts";
import type { SelfTest, SelfTestState, Verdict } from "./self-test.ts";
import { createSelfTest } from "./self-test.ts";

/** A frame's luma, and what is known of it beside. */
export interface FusionFrame {
  readonly luma: Plane;
  /** Seconds. */
  readonly timestamp: number;
  /** Whether it is a key frame; where not known, one in which most of the picture changed is taken for one. */
  readonly isKey?: boolean | undefined;
}

/** What fusing a stream came to. */
export interface FusionSummary {
  readonly mode: FuseMode;
  /** Frames that were shown fused, at least in part. */
  readonly fused: number;
  readonly frames: number;
  readonly verdict: Verdict;
  /** Key frames that were looked at. */
  readonly keyFrames: number;
  /** Levels at which a pixel is taken to have changed. */
  readonly threshold: number;
  /** For people. */
  readonly sentence: string;
}

/** One stream. Its frames are to be given in order, one at a time. */
export interface StreamFusion {
  /** The luma to show for a frame: the frame's own plane where nothing is fused. */
  next(frame: FusionFrame): Promise<Plane>;
  /** What the samples in each pixel's mean weigh together, `[height][width]`; none where nothing is fused. */
  counts(): Float32Array | undefined;
  summary(): FusionSummary;
  /** Forgets the pixels: after a seek. What was found out about the recording stays. */
  reset(): void;
  /** All that the next frame's result depends on. */
  save(): Uint8Array<ArrayBuffer>;
  /** Goes on from what another stream's fusion saved. */
  load(saved: Uint8Array): Promise<void>;
}

/** Seconds of samples that are in a mean. */
const memory = 5;
const [fewest, mostSamples] = [16, 300];
/** Until the second key frame: a codec's first pictures are its worst, and get better. */
const cautious = 8;
/** Frames in which the mean comes in, or goes. */
const ramp = 12;
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

/** Everything but planes, as it is saved. */
interface Notes {
  readonly test: SelfTestState;
  readonly size: Size | undefined;
  readonly share: number;
  readonly keysSinceBegin: number;
  readonly lastKey: number | undefined;
  readonly lastTime: number | undefined;
  readonly seconds: number;
  readonly copied: number;
  readonly offSince: number | undefined;
  /** Recent frames: how many are kept, and how many were pushed. */
  readonly recent: readonly [kept: number, pushed: number];
  readonly fused: number;
  readonly frames: number;
}

/** What a key frame tells: of it alone, where the frame before it is not predicted from it, its noise. */
interface KeyLook {
  readonly noise: StepNoise;
  readonly gained?: number;
  readonly stillPixels?: number;
}

/** A stream's beginning. */
export function createStreamFusion(mode: Exclude<FuseMode, "off">): StreamFusion {
  let test = createSelfTest();
  let fuser: PlaneFuser | undefined;
  let begun = false;
  let before: Plane | undefined;
  let recent = createRecentFrames();
  let [share, keysSinceBegin, seconds, fused, frames] = [mode === "static" ? 1 : 0, 0, 0.04, 0, 0];
  let copied = 0;
  let lastKey: number | undefined;
  let lastTime: number | undefined;
  let offSince: number | undefined;

  const begin = (luma: Plane): Plane => {
    fuser!.begin(luma);
    begun = true;
    keysSinceBegin = 0;
    recent.clear();
    return luma;
  };
  const isShown = (): boolean =>
    test.verdict === "gains" || (mode === "static" && test.verdict === "unknown" && !test.isDoubtful);
  const isAsleep = (timestamp: number): boolean => {
    if (test.verdict !== "gains nothing" || share > 0) return false;
    offSince ??= timestamp;
    if (timestamp - offSince < again && timestamp >= offSince) return true;
    test = createSelfTest();
    offSince = undefined;
    begun = false;
    return false;
  };
  const isDueAt = (timestamp: number): boolean => timestamp - (lastKey ?? -Infinity) >= keyInterval;
  /** What a key frame tells beside an older one, where the one before it is predicted from it; before it is fused. */
  const lookPastLeading = (
    { luma, timestamp, isKey }: FusionFrame,
    thresholds: Float32Array,
  ): KeyLook | undefined => {
    if (!isKey || !before || !isDueAt(timestamp)) return undefined;
    const { noise, beside } = noiseOfKeyStep(before, recent.older(), luma);
    if (!beside) return { noise };
    const known = { still: fuser!.still(), means: fuser!.means(), thresholds };
    const { gained, pixels } = gainOver(beside, luma, known, stillFrames);
    return { noise, gained, stillPixels: pixels };
  };
  /** Whether it is of the same scene; what a key frame tells is learnt. */
  const look = (
    { luma, timestamp, isKey }: FusionFrame,
    sums: FusionSums,
    past: KeyLook | undefined,
  ): boolean => {
    const pixels = luma.width * luma.height;
    const isOpen = sums.opened > cutShare * pixels;
    const isOther = sums.bounded > (lightShare * pixels) / 16;
    const key = before && (isKey ?? sums.changes > (keyShare * pixels) / 16);
    const isDue = key && isDueAt(timestamp);
    if (isOther || !before || !(isDue || (key && isOpen))) return !isOther && !isOpen;
    const {
      noise = noiseOfSteps(before, luma),
      gained = sums.gained,
      stillPixels = sums.stillPixels,
    } = past ?? {};
    // at the first key frame nothing is known of the noise yet, which may open all gates too
    if (isOpen && noise.typical > mostNoise) return false;
    if (!isDue) return true;
    lastKey = timestamp;
    keysSinceBegin++;
    const enough = stillPixels >= stillShare * pixels;
    test.keyFrame(noise, enough ? gained / stillPixels : undefined);
    return true;
  };
  const fuse = (frame: FusionFrame): Plane => {
    const { luma } = frame;
    const pixels = luma.width * luma.height;
    const most = Math.min(Math.max(Math.round(memory / seconds), fewest), mostSamples);
    share = Math.min(Math.max(share + (isShown() ? 1 : -1) / ramp, 0), 1);
    const step = {
      thresholds: test.thresholds(copied),
      most: keysSinceBegin < 1 ? Math.min(cautious, most) : most,
      share,
    };
    const past = lookPastLeading(frame, step.thresholds);
    const { shown, sums }: FusedPlane = fuser!.fuse(luma, step);
    copied += (Math.max(0, 1 - (32 * sums.changes) / pixels) - copied) / slowly;
    if (!look(frame, sums, past)) return begin(luma);
    if (share > 0) fused++;
    return share > 0 ? shown : luma;
  };
  return {
    async next(frame) {
      const { luma, timestamp } = frame;
      frames++;
      if (isAsleep(timestamp)) return luma;
      if (fuser?.size.width !== luma.width || fuser.size.height !== luma.height) {
        fuser = await createPlaneFuser({ width: luma.width, height: luma.height });
        begun = false;
      }
      if (lastTime !== undefined && timestamp > lastTime) seconds = timestamp - lastTime;
      lastTime = timestamp;
      const shown = begun ? fuse(frame) : begin(luma);
      before = copyOf(luma);
      recent.push(before);
      return shown;
    },
    counts: () => (begun && share > 0 ? fuser!.counts() : undefined),
    summary() {
      const { verdict, keys } = test;
      const threshold = test.threshold(copied);
      return {
        mode,
        fused,
        frames,
        verdict,
        keyFrames: keys,
        threshold,
        sentence: sentenceOf(test, threshold, fused, frames),
      };
    },
    reset() {
      begun = false;
      lastTime = undefined;
    },
    save() {
      const { frames: kept, pushed } = recent.state();
      const notes: Notes = {
        test: test.state(),
        size: begun ? fuser!.size : undefined,
        share,
        keysSinceBegin,
        lastKey,
        lastTime,
        seconds,
        copied,
        offSince,
        recent: [begun ? kept.length : 0, pushed],
        fused,
        frames,
      };
      const head = new TextEncoder().encode(JSON.stringify(notes));
      const parts = [head, ...(begun ? [...kept.map(({ data }) => data), fuser!.save()] : [])];
      const saved = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 4));
      new DataView(saved.buffer).setUint32(0, head.length, true);
      let at = 4;
      for (const part of parts) {
        saved.set(part, at);
        at += part.length;
      }
      return saved;
    },
    async load(saved) {
      const length = new DataView(saved.buffer, saved.byteOffset).getUint32(0, true);
      const notes = JSON.parse(new TextDecoder().decode(saved.subarray(4, 4 + length))) as Notes;
      test = createSelfTest(notes.test);
      ({ share, keysSinceBegin, lastKey, lastTime, seconds, copied, offSince, fused, frames } = notes);
      begun = notes.size !== undefined;
      recent = createRecentFrames();
      if (!notes.size) return;
      const { width, height } = notes.size;
      const [kept, pushed] = notes.recent;
      const frameAt = (index: number): Plane => {
        const at = 4 + length + index * width * height;
        return { width, height, stride: width, data: saved.slice(at, at + width * height) };
      };
      recent = createRecentFrames({ frames: Array.from({ length: kept }, (_, i) => frameAt(i)), pushed });
      fuser = await createPlaneFuser(notes.size);
      fuser.load(saved.subarray(4 + length + kept * width * height));
      before = fuser.last();
    },
  };
}

function copyOf({ width, height, stride, data }: Plane): Plane {
  const copy = createPlane({ width, height });
  copyRows({ data, stride }, copy, width, height);
  return copy;
}

function sentenceOf({ verdict, gain }: SelfTest, threshold: number, fused: number, frames: number): string {
  const level = `${threshold.toFixed(1)} levels`;
  if (verdict === "gains nothing")
    return `fusion off: this recording gains nothing (looked at down to ${level})`;
  if (verdict === "unknown" && fused === 0)
    return "fusion waits: no four key frames in a row have shown that it gains";
  const part = `${fused} of ${frames} frames fused, changes above ${level} kept`;
  return gain === undefined
    ? `${part}; too few key frames to say what it gains`
    : `${part}; ${gain.toFixed(1)} levels² of noise less at key frames`;
}
