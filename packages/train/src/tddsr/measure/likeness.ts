/** How like a camera's pictures made ones are, in what cameras differ by: their spectrum, their blocks, their chances. */

import type { LumaPlane } from "../../data/luma.ts";

/** Side of the blocks that codecs code by. */
const block = 8;

/**
 * How much larger steps of luma are at the edges of 8×8 blocks than elsewhere: 1 where there are no blocks. From the picture's
 * corner on; NaN for one without a step.
 */
export function blockiness({ width, height, data }: LumaPlane): number {
  const sums = { edge: 0, edges: 0, inside: 0, insides: 0 };
  const add = (step: number, at: number): void => {
    if (at % block === block - 1) {
      sums.edge += step;
      sums.edges++;
    } else {
      sums.inside += step;
      sums.insides++;
    }
  };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const i = y * width + x;
      if (x + 1 < width) add(Math.abs(data[i + 1]! - data[i]!), x);
      if (y + 1 < height) add(Math.abs(data[i + width]! - data[i]!), y);
    }
  return sums.edge / sums.edges / (sums.inside / sums.insides);
}

/** How far two spectra are apart: mean absolute difference over bands in dB, and the mean difference of the upper half. */
export function spectrumDistance(
  made: readonly number[],
  wanted: readonly number[],
): { readonly apart: number; readonly above: number } {
  const differences = made.map((power, band) => power - wanted[band]!);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return { apart: mean(differences.map(Math.abs)), above: mean(differences.slice(differences.length / 2)) };
}

/** Deviation of pictures of one thing from their mean, in levels, over all pixels. */
export function deviation(pictures: readonly LumaPlane[]): number {
  const [first] = pictures as [LumaPlane];
  let sum = 0;
  for (let i = 0; i < first.data.length; i++) {
    const mean = pictures.reduce((total, { data }) => total + data[i]!, 0) / pictures.length;
    const square = pictures.reduce((total, { data }) => total + (data[i]! - mean) ** 2, 0);
    sum += square / (pictures.length - 1);
  }
  return Math.sqrt(sum / first.data.length);
}
