/** Convolution of a padded plane into 16 channels, with nothing after it. */

import { clearRowEnd } from "./clear-row-end";
import { convolveRow } from "./convolve-row";
import { Pixel1, Pixel4, Pixel16 } from "./simd";

/**
 * @param channels of the source plane: 1, 4 or 16
 * @param source its top left pixel the first output reads, border included; strides in bytes
 * @param start the bias, or 0 to add to the target
 */
export function convolve(
  channels: i32, source: usize, sourceStride: usize, weights: usize, start: usize,
  target: usize, targetStride: usize, width: i32, height: i32, kernel: i32,
): void {
  for (let y = 0; y < height; y++) {
    if (channels == 16) convolveRow<Pixel16>(source, sourceStride, weights, start, target, width, kernel);
    else if (channels == 4) convolveRow<Pixel4>(source, sourceStride, weights, start, target, width, kernel);
    else convolveRow<Pixel1>(source, sourceStride, weights, start, target, width, kernel);
    clearRowEnd(target, width, 6, 64);
    source += sourceStride;
    target += targetStride;
  }
}
