/** How like a camera's pictures made ones are, in what cameras differ by: their spectrum, their blocks, their chances. */

import { Matrix } from "ml-matrix";
import type { LumaPlane } from "../../data/luma.ts";

/** Side of the blocks that codecs code by. */
const block = 8;
/** Side of the windows whose spectrum is taken, and bands from the lowest frequency to the highest. */
const [windowSide, bands] = [32, 16];

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

/**
 * Mean power of pictures in 16 bands from the lowest frequency to the highest, by cosine transforms of windows of 32×32 under a
 * bell, in dB (of levels squared).
 */
export function spectrum(pictures: Iterable<LumaPlane>): readonly number[] {
  const transform = cosines();
  const bell = Array.from(
    { length: windowSide },
    (_, i) => Math.sin((Math.PI * (i + 0.5)) / windowSide) ** 2,
  );
  const sums = Array.from({ length: bands }, () => ({ power: 0, count: 0 }));
  for (const { width, height, data } of pictures)
    for (let top = 0; top + windowSide <= height; top += windowSide)
      for (let left = 0; left + windowSide <= width; left += windowSide) {
        const window = new Matrix(windowSide, windowSide);
        for (let y = 0; y < windowSide; y++)
          for (let x = 0; x < windowSide; x++)
            window.set(y, x, data[(top + y) * width + left + x]! * bell[x]! * bell[y]!);
        const seen = transform.mmul(window).mmul(transform.transpose());
        for (let v = 0; v < windowSide; v++)
          for (let u = 0; u < windowSide; u++) {
            // corners hold what is finest in both directions
            const band = Math.floor((Math.hypot(u, v) / (Math.SQRT2 * windowSide)) * bands);
            sums[band]!.power += seen.get(v, u) ** 2;
            sums[band]!.count++;
          }
      }
  return sums.map(({ power, count }) => 10 * Math.log10(power / count + 1e-6));
}

/** How far two spectra are apart: mean absolute difference over bands in dB, and the mean difference of the upper half. */
export function spectrumDistance(
  made: readonly number[],
  wanted: readonly number[],
): { readonly apart: number; readonly above: number } {
  const differences = made.map((power, band) => power - wanted[band]!);
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return { apart: mean(differences.map(Math.abs)), above: mean(differences.slice(bands / 2)) };
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

/** The orthonormal cosine transform (DCT-II) of a window's side. */
function cosines(): Matrix {
  const matrix = new Matrix(windowSide, windowSide);
  for (let u = 0; u < windowSide; u++)
    for (let x = 0; x < windowSide; x++)
      matrix.set(
        u,
        x,
        Math.sqrt((u === 0 ? 1 : 2) / windowSide) * Math.cos((Math.PI * (x + 0.5) * u) / windowSide),
      );
  return matrix;
}
