/** Fuses the luma of a stream's frames, and finds out whether that is any good. */

import type { Plane } from "@tatami/core";
import type { SceneNotes } from "./fused-scene.ts";
import { createFusedScene, loadFusedScene } from "./fused-scene.ts";
import type { FusionFrame, KeyFrameWatch, WatchState } from "./key-frame-watch.ts";
import { createKeyFrameWatch } from "./key-frame-watch.ts";
import type { FuseMode } from "./options.ts";
import type { Verdict } from "./self-test.ts";

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

/** Everything but planes, as it is saved. */
interface Notes extends WatchState, SceneNotes {
  readonly share: number;
  readonly lastTime: number | undefined;
  readonly seconds: number;
  readonly fused: number;
  readonly frames: number;
}

/** A stream's beginning. */
export function createStreamFusion(mode: Exclude<FuseMode, "off">): StreamFusion {
  let watch = createKeyFrameWatch();
  let scene = createFusedScene();
  let [share, seconds, fused, frames] = [mode === "static" ? 1 : 0, 0.04, 0, 0];
  let lastTime: number | undefined;

  const isShown = (): boolean => {
    const { verdict, isDoubtful } = watch.test;
    return verdict === "gains" || (mode === "static" && verdict === "unknown" && !isDoubtful);
  };
  const fuse = (frame: FusionFrame): Plane => {
    const { luma, timestamp, isKey } = frame;
    const most = Math.min(Math.max(Math.round(memory / seconds), fewest), mostSamples);
    share = Math.min(Math.max(share + (isShown() ? 1 : -1) / ramp, 0), 1);
    const step = {
      thresholds: watch.thresholds(),
      most: scene.keys < 1 ? Math.min(cautious, most) : most,
      share,
    };
    const looks = isKey && watch.isDueAt(timestamp);
    const past = looks ? scene.lookPastLeading(luma, step.thresholds) : undefined;
    const { shown, sums } = scene.fuse(luma, step);
    const sight = watch.look(frame, sums, scene.before, past);
    if (sight === "key") scene.countKey();
    if (sight === "cut") scene.begin(luma);
    if (sight === "cut" || share === 0) return luma;
    fused++;
    return shown;
  };
  return {
    async next(frame) {
      const { luma, timestamp } = frame;
      frames++;
      if (watch.test.verdict === "gains nothing" && share === 0) {
        if (watch.restsAt(timestamp)) return luma;
        watch.lookAgain();
        scene.end();
      }
      await scene.fit(luma);
      if (lastTime !== undefined && timestamp > lastTime) seconds = timestamp - lastTime;
      lastTime = timestamp;
      const goesOn = scene.hasBegun;
      if (!goesOn) scene.begin(luma);
      const shown = goesOn ? fuse(frame) : luma;
      scene.remember(luma);
      return shown;
    },
    counts: () => (scene.hasBegun && share > 0 ? scene.counts() : undefined),
    summary: () => ({ mode, fused, frames, ...findingsOf(watch, fused, frames) }),
    reset() {
      scene.end();
      lastTime = undefined;
    },
    save() {
      const { notes, planes } = scene.save();
      return pack({ ...watch.state(), ...notes, share, lastTime, seconds, fused, frames }, planes);
    },
    async load(saved) {
      const { notes, planes } = unpack(saved);
      ({ share, lastTime, seconds, fused, frames } = notes);
      watch = createKeyFrameWatch(notes);
      scene = await loadFusedScene(notes, planes);
    },
  };
}

/** Notes behind their length, and planes behind them. */
function pack(notes: Notes, planes: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const head = new TextEncoder().encode(JSON.stringify(notes));
  const parts = [head, ...planes];
  const saved = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 4));
  new DataView(saved.buffer).setUint32(0, head.length, true);
  let at = 4;
  for (const part of parts) {
    saved.set(part, at);
    at += part.length;
  }
  return saved;
}

function unpack(saved: Uint8Array): { readonly notes: Notes; readonly planes: Uint8Array } {
  const end = 4 + new DataView(saved.buffer, saved.byteOffset).getUint32(0, true);
  const notes = JSON.parse(new TextDecoder().decode(saved.subarray(4, end))) as Notes;
  return { notes, planes: saved.subarray(end) };
}

/** What a recording's watch has found out. */
function findingsOf(
  watch: KeyFrameWatch,
  fused: number,
  frames: number,
): Pick<FusionSummary, "verdict" | "keyFrames" | "threshold" | "sentence"> {
  const { verdict, keys } = watch.test;
  const threshold = watch.threshold();
  return { verdict, keyFrames: keys, threshold, sentence: sentenceOf(watch.test, threshold, fused, frames) };
}

function sentenceOf(
  { verdict, gain }: KeyFrameWatch["test"],
  threshold: number,
  fused: number,
  frames: number,
): string {
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
