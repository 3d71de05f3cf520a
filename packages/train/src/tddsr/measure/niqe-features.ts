/**
 * What NIQE looks at in a picture (Mittal, Soundararajan and Bovik, "Making a 'completely blind' image quality analyzer",
 * IEEE Signal Processing Letters, 2013): how luma is distributed once its local mean and contrast are taken out, and how
 * products of neighbours are.
 */

import { resizeLuma } from "../../data/bicubic.ts";
import type { LumaPlane } from "../../data/luma.ts";

/** Numbers of a patch: two of the luma and four of each of four products, at two sizes. */
export const niqeFeatures = 36;

/** Features of one patch. */
export interface PatchFeatures {
  readonly features: Float64Array;
  /** Mean local deviation of its luma, in levels: how sharp it is. */
  readonly sharpness: number;
}

/** The local window: 7×7, a Gaussian of 7/6. */
const [radius, sigma] = [3, 7 / 6];
/** Neighbours whose products are looked at: to the right, below, and both diagonals. */
const neighbours = [
  [1, 0],
  [0, 1],
  [1, 1],
  [-1, 1],
] as const;

/**
 * Features of the patches of a picture, side by side and none over another; flat ones, which have no distribution, are left out.
 *
 * @param side of a patch in pixels, even
 */
export function patchFeatures(picture: LumaPlane, side: number): readonly PatchFeatures[] {
  const [columns, rows] = [Math.floor(picture.width / side), Math.floor(picture.height / side)];
  const whole = normalise(picture);
  const half = normalise(resizeLuma(picture, Math.floor(picture.width / 2), Math.floor(picture.height / 2)));
  const patches: PatchFeatures[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const features = Float64Array.of(
        ...featuresOf(whole, column * side, row * side, side),
        ...featuresOf(half, (column * side) / 2, (row * side) / 2, side / 2),
      );
      if (!features.every(Number.isFinite)) continue;
      patches.push({ features, sharpness: meanOf(whole.deviation, column * side, row * side, side) });
    }
  return patches;
}

/** A picture less its local mean, by its local deviation and one; and that deviation. */
interface Normalised {
  readonly values: LumaPlane;
  readonly deviation: LumaPlane;
}

function normalise(picture: LumaPlane): Normalised {
  const { width, height, data } = picture;
  const mean = blur(picture);
  const square = blur({ width, height, data: data.map((value) => value * value) });
  const deviation = square.data.map((value, i) => Math.sqrt(Math.max(0, value - mean.data[i]! ** 2)));
  const values = data.map((value, i) => (value - mean.data[i]!) / (deviation[i]! + 1));
  return { values: { width, height, data: values }, deviation: { width, height, data: deviation } };
}

/** By the window; edges are continued. */
function blur({ width, height, data }: LumaPlane): LumaPlane {
  const weights = Array.from({ length: 2 * radius + 1 }, (_, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma ** 2)),
  );
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const pass = (from: ArrayLike<number>, stride: number, along: number, place: (i: number) => number) =>
    Float64Array.from({ length: from.length }, (_, i) => {
      const at = place(i);
      return weights.reduce((total, weight, tap) => {
        const near = Math.min(along - 1, Math.max(0, at + tap - radius));
        return total + (weight / sum) * from[i + (near - at) * stride]!;
      }, 0);
    });
  const across = pass(data, 1, width, (i) => i % width);
  return {
    width,
    height,
    data: Float32Array.from(pass(across, width, height, (i) => Math.floor(i / width))),
  };
}

function featuresOf({ values }: Normalised, left: number, top: number, side: number): readonly number[] {
  const { width, height, data } = values;
  const at = (x: number, y: number): number => data[y * width + x]!;
  const own = fitAsymmetric(
    Array.from({ length: side * side }, (_, i) => at(left + (i % side), top + Math.floor(i / side))),
  );
  const products = neighbours.flatMap(([dx, dy]) => {
    const seen: number[] = [];
    for (let y = top; y < top + side && y + dy < height; y++)
      for (let x = Math.max(left, -dx); x < left + side && x + dx < width; x++)
        seen.push(at(x, y) * at(x + dx, y + dy));
    const { shape, left: below, right: above } = fitAsymmetric(seen);
    const mean = (above - below) * (gamma(2 / shape) / gamma(1 / shape));
    return [shape, mean, below, above];
  });
  return [own.shape, (own.left + own.right) / 2, ...products];
}

/** A generalised Gaussian whose sides differ: exponent, and how wide it is below and above zero. */
export interface Asymmetric {
  readonly shape: number;
  readonly left: number;
  readonly right: number;
}

/** The one whose moments are those of the values (Lasmar, Stitou and Berthoumieu, 2009). NaN for values that are all 0. */
export function fitAsymmetric(values: readonly number[]): Asymmetric {
  const sums = { below: 0, belows: 0, above: 0, aboves: 0, absolute: 0, square: 0 };
  for (const value of values) {
    const square = value * value;
    sums.absolute += Math.abs(value);
    sums.square += square;
    if (value < 0) {
      sums.below += square;
      sums.belows++;
    } else if (value > 0) {
      sums.above += square;
      sums.aboves++;
    }
  }
  const [left, right] = [Math.sqrt(sums.below / sums.belows), Math.sqrt(sums.above / sums.aboves)];
  const ratio = left / right;
  const seen = (sums.absolute / values.length) ** 2 / (sums.square / values.length);
  const wanted = (seen * (ratio ** 3 + 1) * (ratio + 1)) / (ratio ** 2 + 1) ** 2;
  const shape = shapeOf(wanted);
  const width = Math.sqrt(gamma(1 / shape) / gamma(3 / shape));
  return { shape, left: left * width, right: right * width };
}

/** Exponents looked for, and how finely. */
const [least, most, step] = [0.2, 10, 0.001];
const ratios = Float64Array.from({ length: Math.round((most - least) / step) + 1 }, (_, at) => {
  const shape = least + at * step;
  return gamma(2 / shape) ** 2 / (gamma(1 / shape) * gamma(3 / shape));
});

/** The exponent of that ratio of moments, which rises with it. */
function shapeOf(ratio: number): number {
  if (Number.isNaN(ratio)) return NaN;
  let [low, high] = [0, ratios.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (ratios[middle]! <= ratio) low = middle;
    else high = middle;
  }
  return least + (ratio - ratios[low]! < ratios[high]! - ratio ? low : high) * step;
}

/** The gamma function for arguments above 0: Stirling's series from 8 on, the recurrence below. */
function gamma(value: number): number {
  let [x, below] = [value, 1];
  while (x < 8) below *= x++;
  const series = 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - 1 / (1680 * x ** 7);
  return (Math.sqrt((2 * Math.PI) / x) * (x / Math.E) ** x * Math.exp(series)) / below;
}

function meanOf({ width, data }: LumaPlane, left: number, top: number, side: number): number {
  let sum = 0;
  for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) sum += data[y * width + x]!;
  return sum / side ** 2;
}
