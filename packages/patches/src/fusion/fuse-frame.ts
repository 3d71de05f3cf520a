/** One frame into the mean of those before it, as far as each pixel shows what it showed then: the definition. */

import type { Plane, Size } from "@tatami/core";
import { copyRows } from "@tatami/core";
import type { FusionStep, FusionSums } from "@tatami/kernels";

/** What is known of a stream's pixels; its size is in multiples of four. */
export interface FusionState extends Size {
  readonly mean: Float32Array;
  /** What the samples in a mean weigh together. */
  readonly count: Float32Array;
  /** How far the gate of each pixel was shut, 0 to 1. */
  readonly gate: Float32Array;
  /** The last frame. */
  readonly before: Uint8Array;
  /** For how many frames each gate was quite shut; 255 is "or more". */
  readonly still: Uint8Array;
}

/** Levels that light may change by from one frame to the next. */
const mostLight = 8;
/** Frames for which a gate has to be shut before a pixel counts as still. */
export const stillFrames = 12;
/** What a sample weighs that the codec has only copied. */
const copied = 0.25;
/** What a threshold of 3×3 pixels is divided by for 9×9, and multiplied with for one. */
const [ofNine, ofOne] = [2.5, 4];

/** The state after a first frame. */
export function beginFusion({ width, height, data, stride }: Plane): FusionState {
  const before = new Uint8Array(width * height);
  copyRows({ data, stride }, { data: before, stride: width }, width, height);
  const ones = new Float32Array(before.length).fill(1);
  const mean = Float32Array.from(before);
  return {
    width,
    height,
    mean,
    count: ones,
    gate: ones.slice(),
    before,
    still: new Uint8Array(before.length),
  };
}

/**
 * Fuses a frame, changes the state, and puts what is shown into `target`: the frame, or its mean, or between the two.
 *
 * With x the frame and a the mean, e = x − a is split into light l, which is common to a neighbourhood (cells of 4×4
 * pixels, weighted by the last gate, two nested boxes of 5×5 cells, straight lines between their centres, at most ±8),
 * and the rest r. A pixel's gate is w = clip(2 − max(|box₃ r| / τ, 2.5 |box₉ r| / τ, |r| / 4τ), 0, 1): noise is small in the
 * mean of many pixels, what moved is not. A sample weighs 1 where its cell differs from the frame before or the gate has opened,
 * else ¼, for then the codec has but copied it: n ← min(w n + s, most); a ← a + β l + r s / n, where β is |l| / 2 within
 * 0.1 and 1, and 1 where the gate is open. Where w = 0 that is a = x, n = 1.
 *
 * τ is the threshold for what is shown, in the mean of four pixels side by side, where most of the picture changes at once; where a
 * codec has copied most of it, what it has coded anew has most likely moved: with c the share of cells that are the frame
 * before's, twice what is above a half, τ is 1 − 0.8 c times that there, and 1 + 0.5 c times elsewhere.
 *
 * Two boxes, not one: one has negative lobes in its spectrum, and light taken out by it grows stripes over time.
 *
 * @param frame of the state's size
 */
export function fuseFrame(state: FusionState, frame: Plane, target: Plane, step: FusionStep): FusionSums {
  const { width, mean, count, gate, before, still } = state;
  const { thresholds, most, share } = step;
  const { now, changed, light, bounded, rest, openings } = lookAt(state, frame);
  const changes = changed.reduce((sum, each) => sum + each, 0);
  const copiedShare = Math.max(1 - (2 * changes) / changed.length, 0);
  const [ofChanged, ofCopied] = [1 - 0.8 * copiedShare, 1 + 0.5 * copiedShare];
  let [opened, stillPixels, gained, threshold] = [0, 0, 0, 0];
  for (let i = 0; i < now.length; i++) {
    const [x, a, l, r] = [now[i]!, mean[i]!, light[i]!, rest[i]!];
    if (i % 4 === 0) threshold = thresholdOf(thresholds, mean, i);
    if (still[i]! >= stillFrames) {
      // what moves in just then is no matter of noise
      const farthest = (3 * threshold) ** 2;
      stillPixels++;
      gained += Math.min((x - before[i]!) ** 2, farthest) - Math.min((x - a) ** 2, farthest);
    }
    const w = gateOf(openings[i]!, threshold * (changed[cellOf(i, width)] ? ofChanged : ofCopied));
    if (w < 1) opened++;
    const sample = w < 1 || changed[cellOf(i, width)] ? 1 : copied;
    const n = Math.min(count[i]! * w + sample, most);
    const follow = 1 - w + w * Math.min(Math.max(Math.abs(l) / 2, 0.1), 1);
    mean[i] = a + follow * l + (r * sample) / n;
    count[i] = n;
    gate[i] = w;
    still[i] = w < 1 ? 0 : Math.min(still[i]! + 1, 255);
    before[i] = x;
    const y = Math.floor(i / width);
    target.data[y * target.stride + i - y * width] = Math.min(
      Math.max(x + share * (mean[i]! - x) + 0.5, 0),
      255,
    );
  }
  return { opened, bounded, changes, stillPixels, gained };
}

/**
 * Gathers a frame into the picture of a moment, which the state began with, and puts that into `target`. The gate is that of
 * {@link fuseFrame}; light is taken out of each sample and does not go into the mean; a sample weighs w times 1, or ¼ where it was
 * but copied. `still` counts samples that did not fit (w < 1): with the fourth a pixel is closed for good, for whatever comes
 * after is of something else that stands there.
 *
 * @param frame of the state's size
 */
export function gatherFrame(state: FusionState, frame: Plane, target: Plane, thresholds: Float32Array): void {
  const { width, mean, count, gate, before, still } = state;
  const { now, changed, rest, openings } = lookAt(state, frame);
  let threshold = 0;
  for (let i = 0; i < now.length; i++) {
    if (i % 4 === 0) threshold = thresholdOf(thresholds, mean, i);
    const seen = gateOf(openings[i]!, threshold);
    still[i] = Math.min(still[i]! + (seen < 1 ? 1 : 0), mostMisses);
    const w = still[i] === mostMisses ? 0 : seen;
    const sample = w * (changed[cellOf(i, width)] ? 1 : copied);
    count[i]! += sample;
    mean[i]! += (rest[i]! * sample) / count[i]!;
    gate[i] = w;
    before[i] = now[i]!;
    const y = Math.floor(i / width);
    target.data[y * target.stride + i - y * width] = Math.min(Math.max(mean[i]! + 0.5, 0), 255);
  }
}

/** Samples that do not fit after which a pixel takes no more. */
const mostMisses = 4;

interface Looked {
  readonly now: Uint8Array;
  /** Whether anything in each cell differs from the frame before. */
  readonly changed: Uint8Array;
  readonly light: Float32Array;
  readonly bounded: number;
  /** What light does not explain of the distance to the mean. */
  readonly rest: Float32Array;
  /** What is compared with the threshold, in levels. */
  readonly openings: Float32Array;
}

function lookAt(state: FusionState, frame: Plane): Looked {
  const now = beginFusion(frame).before;
  const changed = changedCells(state, now);
  const { light, bounded } = lightOf(state, now);
  const rest = state.mean.map((a, i) => now[i]! - a - light[i]!);
  const [three, nine] = [boxed(rest, state, 1), boxed(rest, state, 4)];
  const openings = rest.map((r, i) =>
    Math.max(Math.abs(three[i]!), ofNine * Math.abs(nine[i]!), Math.abs(r) / ofOne),
  );
  return { now, changed, light, bounded, rest, openings };
}

function thresholdOf(thresholds: Float32Array, mean: Float32Array, first: number): number {
  const sum = mean[first]! + mean[first + 1]! + (mean[first + 2]! + mean[first + 3]!);
  return thresholds[Math.min(Math.max(Math.floor(sum / 4 + 0.5), 0), 255)]!;
}

function gateOf(opening: number, threshold: number): number {
  return Math.min(Math.max(2 - opening / threshold, 0), 1);
}

function cellOf(pixel: number, width: number): number {
  const y = Math.floor(pixel / width);
  return (y >> 2) * (width >> 2) + ((pixel - y * width) >> 2);
}

function changedCells({ width, before }: FusionState, now: Uint8Array): Uint8Array {
  const changed = new Uint8Array(now.length / 16);
  now.forEach((value, i) => {
    if (value !== before[i]) changed[cellOf(i, width)] = 1;
  });
  return changed;
}

function lightOf(
  { width, height, mean, gate }: FusionState,
  now: Uint8Array,
): { readonly light: Float32Array; readonly bounded: number } {
  const cells: Size = { width: width / 4, height: height / 4 };
  const [errors, weights] = [new Float32Array(now.length / 16), new Float32Array(now.length / 16)];
  now.forEach((x, i) => {
    const cell = cellOf(i, width);
    errors[cell]! += gate[i]! * (x - mean[i]!);
    weights[cell]! += gate[i]!;
  });
  const twice = (plane: Float32Array): Float32Array => around(around(plane, cells), cells);
  const [error, weight] = [twice(errors), twice(weights)];
  const means = error.map((sum, i) => (weight[i]! > 0.001 ? sum / weight[i]! : 0));
  const bounded = means.filter((value) => Math.abs(value) >= mostLight).length;
  const clipped = means.map((value) => Math.min(Math.max(value, -mostLight), mostLight));
  const at = (x: number, y: number): number =>
    clipped[inside(y, cells.height) * cells.width + inside(x, cells.width)]!;
  const light = new Float32Array(now.length);
  for (let i = 0; i < light.length; i++) {
    // between the centres of cells
    const [x, y] = [((i % width) - 1.5) / 4, (Math.floor(i / width) - 1.5) / 4];
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const row = (of: number): number => at(left, of) + (x - left) * (at(left + 1, of) - at(left, of));
    light[i] = row(top) + (y - top) * (row(top + 1) - row(top));
  }
  return { light, bounded };
}

/** Sums over 5×5 cells, of those that there are. */
function around(plane: Float32Array, { width, height }: Size): Float32Array {
  return plane.map((_, i) => {
    const [x, y] = [i % width, Math.floor(i / width)];
    let sum = 0;
    for (let v = Math.max(0, y - 2); v <= Math.min(height - 1, y + 2); v++)
      for (let u = Math.max(0, x - 2); u <= Math.min(width - 1, x + 2); u++) sum += plane[v * width + u]!;
    return sum;
  });
}

/** Means over (2 · reach + 1)² pixels; the border goes on. */
function boxed(plane: Float32Array, { width, height }: Size, reach: number): Float32Array {
  const side = 2 * reach + 1;
  const sums = (of: Float32Array, place: (x: number, y: number, d: number) => number): Float32Array =>
    of.map((_, i) => {
      const [x, y] = [i % width, Math.floor(i / width)];
      let sum = 0;
      for (let d = -reach; d <= reach; d++) sum += of[place(x, y, d)]!;
      return sum / side;
    });
  const across = sums(plane, (x, y, d) => y * width + inside(x + d, width));
  return sums(across, (x, y, d) => inside(y + d, height) * width + x);
}

function inside(at: number, length: number): number {
  return Math.min(Math.max(at, 0), length - 1);
}
