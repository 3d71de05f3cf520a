/** From footage to what a network is tuned on: frames chosen, and degraded as their own camera would. */

import { createRandom, TatamiError, throwIfAborted } from "@tatami/core";
import type { Compress } from "../data/camera/compress.ts";
import type { FrameSequence } from "../data/camera/frame-sequence.ts";
import type { LumaPair } from "../data/dataset.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import { chooseFrames, keptLuma, sharpestPart } from "./choose-frames.ts";
import type { Camera } from "./degrade-sequence.ts";
import { degradeSequence } from "./degrade-sequence.ts";
import { estimateNoise } from "./estimate-noise.ts";

/** Larger frames are cut down to their sharpest part of this side, which holds crops enough. */
const largestPart = 512;
/** Share of the footage held back: its end, so that no frame is judged by that has a neighbour among those learned from. */
const heldBackShare = 1 / 4;
/** Fewer chosen frames than this cannot be split into some to learn from and some to judge by. */
export const fewestFrames = 4;
/** Side of a training crop in low-resolution pixels, where frames are large enough. */
const [largestCrop, smallestCrop] = [48, 16];

/** Frames beside their reductions: those to learn from, and those held back. */
export interface PreparedFootage {
  readonly camera: Camera;
  readonly crop: number;
  readonly learned: readonly LumaPair[];
  readonly heldBack: readonly EvaluationPicture[];
  /** Frames learned from, each of them reduced several times. */
  readonly trainedOn: number;
}

/** What is prepared, and how. */
export interface FootageOptions {
  /** Short runs of consecutive frames in the order of time, one size each. */
  readonly candidates: readonly FrameSequence[];
  readonly camera: Pick<Camera, "codec" | "quantizers">;
  readonly compress: Compress;
  readonly scale: number;
  /** Frames learned from and held back, at most. */
  readonly count: number;
  /** Reductions of each frame that is learned from. */
  readonly degradations: number;
  readonly seed: number;
  /** Told how many frames of how many are degraded. */
  readonly onFrame: ((ready: number, count: number) => void) | undefined;
  readonly signal: AbortSignal | undefined;
}

/** Chooses frames, and degrades them as their camera would. @throws TatamiError `input-not-found` with too few or too small ones. */
export async function prepareFootage(options: FootageOptions): Promise<PreparedFootage> {
  const { candidates, compress, scale, count, degradations, seed, onFrame, signal } = options;
  const crop = cropFor(candidates, scale);
  const [toLearn, toHoldBack] = splitFootage(candidates, count);
  const chosen = [...toLearn, ...toHoldBack];
  if (chosen.length < fewestFrames || crop < smallestCrop) throw tooLittle(chosen.length, crop, scale);
  const noise = medianOf(chosen.map((sequence) => estimateNoise(keptLuma(sequence))));
  const camera: Camera = { ...options.camera, noise };
  const parts = chosen.map((sequence) => sharpestPart(sequence, largestPart));
  const learned: LumaPair[] = [];
  const heldBack: EvaluationPicture[] = [];
  for (const [index, sequence] of parts.entries()) {
    const holds = index >= toLearn.length;
    for (let version = 0; version < (holds ? 1 : degradations); version++) {
      throwIfAborted(signal);
      const random = createRandom((Math.imul(seed, 0x9e3779b1) ^ (index * 64 + version)) >>> 0);
      const pair = await degradeSequence(sequence, scale, camera, random, compress, signal);
      if (holds) heldBack.push({ name: sequence.name, ...pair });
      else learned.push(pair);
    }
    onFrame?.(index + 1, parts.length);
  }
  return { camera, crop, learned, heldBack, trainedOn: toLearn.length };
}

/** Frames to learn from and frames to hold back, `count` at most. */
export function splitFootage(
  candidates: readonly FrameSequence[],
  count: number,
): readonly [readonly FrameSequence[], readonly FrameSequence[]] {
  const shareOf = (total: number): number => Math.max(1, Math.floor(total * heldBackShare));
  const border = Math.max(0, candidates.length - shareOf(candidates.length));
  return [
    chooseFrames(candidates.slice(0, border), count - shareOf(count)),
    chooseFrames(candidates.slice(border), shareOf(count)),
  ];
}

/** As large a crop as every frame has room for. */
function cropFor(candidates: readonly FrameSequence[], scale: number): number {
  const sides = candidates.flatMap(({ frames }) =>
    frames.slice(0, 1).map(({ width, height }) => Math.min(width, height)),
  );
  return Math.min(largestCrop, ...sides.map((side) => 2 * Math.floor(side / (2 * scale))));
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function tooLittle(found: number, crop: number, scale: number): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `The footage has ${found} usable frames, their smallest side ${crop} pixels once reduced ${scale} times.`,
    fix: `Give at least ${fewestFrames} different frames, at least ${smallestCrop * scale} pixels high.`,
    detail: { found, crop },
  });
}
