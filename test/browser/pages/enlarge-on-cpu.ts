/** What the frame processor should draw, by its definition. */

import type { Model } from "@tatami/graph";
import { runReference, tensor, weighAgainstFilter } from "@tatami/graph";

/**
 * The definition: the network on luma, of a strength; Catmull–Rom on what is left of each colour, guided by that luma. `halvedColours`: whether
 * the frame's colours were enlarged from half its size.
 */
export function enlargeOnCpu(
  network: Model,
  { data, width, height }: ImageData,
  halvedColours = false,
  strength = 1,
): Uint8Array {
  const colour = (at: number, c: number): number => data[at * 4 + c]! / 255;
  const luma = Float64Array.from(
    { length: width * height },
    (_, at) => 0.2126 * colour(at, 0) + 0.7152 * colour(at, 1) + 0.0722 * colour(at, 2),
  );
  const input = tensor([1, 1, height, width]);
  input.data.forEach((_, i) => (input.data[i] = (16 + 219 * luma[i]!) / 255));
  const enlarged = weighAgainstFilter(input, runReference(network, input), strength).data.map(
    (value) => (value * 255 - 16) / 219,
  );
  const plane = (samples: Float64Array): Samples => ({ width, height, data: samples });
  const guide = plane(halvedColours ? mean5(plane(luma), luma) : luma);
  const coarse = doubled(guide, keys);
  // red's and blue's difference from luma, and how far from grey either counts as a colour: 16 levels of Cr, of Cb
  const guided = [
    [0, (1.5748 * 16) / 224],
    [2, (1.8556 * 16) / 224],
  ].map(([c, ownSide]) => {
    const difference = plane(luma.map((value, at) => colour(at, c!) - value));
    const slope = doubled(plane(slopesOf(guide, difference.data)), bSpline);
    return doubled(difference, keys).map((filtered, i) => {
      const value = filtered + slope[i]! * (enlarged[i]! - coarse[i]!);
      // no colour becomes its complement
      return Math.min(
        Math.max(value, Math.min(0, 2 * (filtered - ownSide!))),
        Math.max(0, 2 * (filtered + ownSide!)),
      );
    });
  });
  const [red, blue] = guided as [Float64Array, Float64Array];
  const result = new Uint8Array(width * height * 16).fill(255);
  for (let i = 0; i < width * height * 4; i++)
    [red[i]!, (-0.2126 * red[i]! - 0.0722 * blue[i]!) / 0.7152, blue[i]!].forEach((difference, c) => {
      result[i * 4 + c] = Math.round(Math.min(Math.max(enlarged[i]! + difference, 0), 1) * 255);
    });
  return result;
}

interface Samples {
  readonly width: number;
  readonly height: number;
  readonly data: Float64Array;
}

/** Colour over guide: cov / (var + 4 levels²), times ρ² / (0.2 + 0.8 ρ²). */
function slopesOf(guide: Samples, colour: Float64Array): Float64Array {
  const product = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value * b[i]!);
  const covariance = (a: Float64Array, b: Float64Array): Float64Array => {
    const [meanA, meanB] = [mean5(guide, a), mean5(guide, b)];
    return mean5(guide, product(a, b)).map((value, i) => value - meanA[i]! * meanB[i]!);
  };
  const [own, other] = [covariance(guide.data, guide.data), covariance(colour, colour)];
  return covariance(guide.data, colour).map((value, i) => {
    const variance = Math.max(own[i]!, 0) + 4 / 219 ** 2;
    const explained = value ** 2 / (variance * Math.max(other[i]!, 1e-12));
    return ((value / variance) * explained) / (0.2 + 0.8 * explained);
  });
}

/** Means of the 5×5 pixels around, weighted 1 4 6 4 1 each way. */
function mean5({ width, height }: Samples, data: Float64Array): Float64Array {
  const weights = [1, 4, 6, 4, 1];
  return data.map((_, i) => {
    let sum = 0;
    for (let row = 0; row < 5; row++)
      for (let column = 0; column < 5; column++) {
        const x = limit((i % width) + column - 2, width);
        const y = limit(Math.floor(i / width) + row - 2, height);
        sum += weights[row]! * weights[column]! * data[y * width + x]!;
      }
    return sum / 256;
  });
}

/** Twice as large each way, by four taps a way of a kernel. */
function doubled({ width, height, data }: Samples, kernel: (distance: number) => number): Float64Array {
  const result = new Float64Array(width * height * 4);
  for (let y = 0, i = 0; y < 2 * height; y++)
    for (let x = 0; x < 2 * width; x++, i++) {
      const [u, v] = [x / 2 - 0.25, y / 2 - 0.25];
      const [left, top] = [Math.floor(u) - 1, Math.floor(v) - 1];
      for (let row = top; row < top + 4; row++)
        for (let column = left; column < left + 4; column++)
          result[i]! +=
            kernel(v - row) * kernel(u - column) * data[limit(row, height) * width + limit(column, width)]!;
    }
  return result;
}

function limit(value: number, end: number): number {
  return Math.min(Math.max(value, 0), end - 1);
}

/** The cubic B-spline. */
function bSpline(distance: number): number {
  const x = Math.abs(distance);
  return x < 1 ? (4 - 6 * x * x + 3 * x ** 3) / 6 : x < 2 ? (2 - x) ** 3 / 6 : 0;
}

/** Keys 1981, a = −1/2. */
function keys(distance: number): number {
  const x = Math.abs(distance);
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** Largest and mean difference of levels. */
export function compare(
  seen: Uint8Array,
  expected: Uint8Array,
): { readonly worst: number; readonly mean: number } {
  let [worst, sum] = [seen.length === expected.length ? 0 : Infinity, 0];
  seen.forEach((level, i) => {
    const difference = Math.abs(level - expected[i]!);
    if (!(difference <= worst)) worst = difference;
    sum += difference;
  });
  return { worst, mean: sum / seen.length };
}
