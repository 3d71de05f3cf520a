/** What of a picture's detail a camera left: its spectrum, and how soft that is. */

import { Matrix } from "ml-matrix";
import { resizeLuma } from "../data/bicubic.ts";
import type { LumaPlane } from "../data/luma.ts";
import { cutLuma } from "../data/luma.ts";

/** Side of the windows whose spectrum is taken, and bands from the lowest frequency to the highest. */
const [windowSide, bands] = [32, 16];

/**
 * Mean power of pictures in 16 bands from the lowest frequency to the highest, by cosine transforms of windows of 32×32 under a
 * bell, in dB (of levels squared).
 */
export function spectrum(pictures: Iterable<LumaPlane>): readonly number[] {
  const transform = cosines();
  const transposed = transform.transpose();
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
        const seen = transform.mmul(window).mmul(transposed);
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

/** In dB, see {@link softnessRemark}. */
export const leastSoftness = 3.5;

/**
 * What is to be said of footage that is hardly soft, and nothing of other. Of five cameras two were less soft than 3.5 dB: networks
 * tuned to their footage, and those by a degradation that was learned from it, were worse than what they began as, though they
 * were better on frames held back, which are made small in the way that is learned (BENCH.md, "Secret cameras").
 */
export function softnessRemark(decibels: number): string | undefined {
  if (!(decibels < leastSoftness)) return undefined;
  return (
    `this camera is hardly soft (${decibels.toFixed(1)} dB): models tuned to such ones were worse than what they began as, ` +
    "though frames held back said otherwise"
  );
}

/** The same as a sentence at the end of a card's note. */
export function softnessNote(decibels: number): string {
  const remark = softnessRemark(decibels);
  return remark === undefined ? "" : ` Of its footage: ${remark}.`;
}

/** Bands that lens and codec take first, and whose noise is not yet all that there is. */
const [softFrom, softTo] = [4, 8];
const [mostPictures, mostSide] = [16, 512];

/**
 * How much weaker pictures' finer detail is than that of the same at half their size, in dB. What is photographed has about as
 * much contrast at every size (Field 1987, doi 10.1364/JOSAA.4.002379), so this is what the camera took; where it sharpens it is
 * about 0. Of 16 pictures at most, and the 512×512 pixels in their middle; NaN where no half holds a window of 32×32.
 */
export function softness(pictures: Iterable<LumaPlane>): number {
  const seen: LumaPlane[] = [];
  for (const picture of pictures) if (seen.push(middle(picture)) === mostPictures) break;
  const halves = seen.map((each) => resizeLuma(each, each.width >> 1, each.height >> 1));
  const whole = spectrum(seen);
  const lost = spectrum(halves).map((power, band) => power - whole[band]!);
  return lost.slice(softFrom, softTo).reduce((sum, each) => sum + each, 0) / (softTo - softFrom);
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

function middle(plane: LumaPlane): LumaPlane {
  const [width, height] = [Math.min(plane.width, mostSide), Math.min(plane.height, mostSide)];
  return cutLuma(plane, { x: (plane.width - width) >> 1, y: (plane.height - height) >> 1, width, height });
}
