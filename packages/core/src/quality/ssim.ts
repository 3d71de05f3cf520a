/** Structural similarity (Wang, Bovik, Sheikh and Simoncelli, 2004), as their MATLAB code computes it on luma. */

import type { LumaSamples } from "./plane-region.ts";
import { checkSamePlanes } from "./plane-region.ts";

const windowSide = 11;
const sigma = 1.5;
const c1 = (0.01 * 255) ** 2;
const c2 = (0.03 * 255) ** 2;

/**
 * Mean SSIM of two luma planes of 0..255: Gaussian window of 11×11 with σ = 1.5, only where it fits whole, no
 * reduction of the picture beforehand.
 *
 * @param shave pixels left out on every side
 * @returns at most 1; not a number where no window fits: under 11 pixels either way
 * @throws TatamiError `invalid-option` when their sizes differ or nothing is left of them.
 */
export function ssim(picture: LumaSamples, truth: LumaSamples, shave: number): number {
  const { left, top, right, bottom } = checkSamePlanes(picture, truth, shave);
  const width = right - left;
  const height = bottom - top;
  if (width < windowSide || height < windowSide) return Number.NaN;
  const [strideA, strideB] = [picture.stride ?? picture.width, truth.stride ?? truth.width];
  const plane = (value: (a: number, b: number) => number): Float64Array => {
    const values = new Float64Array(width * height);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const [atA, atB] = [(y + top) * strideA + x + left, (y + top) * strideB + x + left];
        values[y * width + x] = value(picture.data[atA]!, truth.data[atB]!);
      }
    }
    return blur(values, width, height);
  };
  const meanA = plane((a) => a);
  const meanB = plane((_, b) => b);
  const squareA = plane((a) => a * a);
  const squareB = plane((_, b) => b * b);
  const product = plane((a, b) => a * b);
  let sum = 0;
  for (let i = 0; i < meanA.length; i++) {
    const a = meanA[i]!;
    const b = meanB[i]!;
    const covariance = product[i]! - a * b;
    const variances = squareA[i]! - a * a + squareB[i]! - b * b;
    sum += ((2 * a * b + c1) * (2 * covariance + c2)) / ((a * a + b * b + c1) * (variances + c2));
  }
  return sum / meanA.length;
}

/** The Gaussian window, where it fits whole: the result is 10 pixels smaller each way. */
function blur(values: Float64Array, width: number, height: number): Float64Array {
  const window = gaussian();
  const narrow = width - windowSide + 1;
  const low = height - windowSide + 1;
  const rows = new Float64Array(narrow * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < narrow; x++) {
      let sum = 0;
      for (let k = 0; k < windowSide; k++) sum += window[k]! * values[y * width + x + k]!;
      rows[y * narrow + x] = sum;
    }
  }
  const result = new Float64Array(narrow * low);
  for (let y = 0; y < low; y++) {
    for (let x = 0; x < narrow; x++) {
      let sum = 0;
      for (let k = 0; k < windowSide; k++) sum += window[k]! * rows[(y + k) * narrow + x]!;
      result[y * narrow + x] = sum;
    }
  }
  return result;
}

function gaussian(): Float64Array {
  const window = new Float64Array(windowSide);
  for (let k = 0; k < windowSide; k++)
    window[k] = Math.exp(-((k - (windowSide - 1) / 2) ** 2) / (2 * sigma * sigma));
  const sum = window.reduce((total, value) => total + value, 0);
  return window.map((value) => value / sum);
}
