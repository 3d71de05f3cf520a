/** Peak signal-to-noise ratio, as the literature measures it. */

import type { LumaPlane } from "./luma.ts";
import { checkSamePlanes } from "./plane-region.ts";

/**
 * PSNR in decibels of two luma planes of 0..255; infinite when they are equal.
 *
 * @param shave pixels left out on every side: the scale, by custom
 */
export function psnr(picture: LumaPlane, truth: LumaPlane, shave: number): number {
  const { left, top, right, bottom } = checkSamePlanes(picture, truth, shave);
  let sum = 0;
  for (let y = top; y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const difference = picture.data[y * picture.width + x]! - truth.data[y * truth.width + x]!;
      sum += difference * difference;
    }
  }
  const meanSquare = sum / ((right - left) * (bottom - top));
  return 10 * Math.log10((255 * 255) / meanSquare);
}
