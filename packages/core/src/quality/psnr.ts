/** Peak signal-to-noise ratio, as the literature measures it. */

import type { LumaSamples } from "./plane-region.ts";
import { checkSamePlanes } from "./plane-region.ts";

/**
 * PSNR in decibels of two luma planes of 0..255; infinite when they are equal.
 *
 * @param shave pixels left out on every side: the scale, by custom
 * @throws TatamiError `invalid-option` when their sizes differ or nothing is left of them.
 */
export function psnr(picture: LumaSamples, truth: LumaSamples, shave: number): number {
  const { left, top, right, bottom } = checkSamePlanes(picture, truth, shave);
  const [strideA, strideB] = [picture.stride ?? picture.width, truth.stride ?? truth.width];
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const difference = picture.data[y * strideA + x]! - truth.data[y * strideB + x]!;
      sum += difference * difference;
    }
  }
  const meanSquare = sum / ((right - left) * (bottom - top));
  return 10 * Math.log10((255 * 255) / meanSquare);
}
