/** A whole plane through a convolution, row by row. */

import { convolveRowEight, convolveRowFour, convolveRowOne } from "./convolve-rows";
import { depthwisePlane } from "./depthwise/depthwise-plane";
import { clearBorder, rowOf } from "./plane-rows";
import { Plane, Scratch } from "./structures";

/**
 * Convolution and bias. The input gradient of a convolution is one too, with the kernel turned by 180° and its
 * channels exchanged.
 *
 * @param target of the source's width and height; either may have one channel
 * @param weights `[kernel][kernel][inputs][outputs]`
 * @param bias `[outputs]`
 * @param kernel odd, at most 9, at most twice the planes' border and one
 */
export function convolvePlane(
  source: Plane, target: Plane, weights: usize, bias: usize, kernel: i32, scratch: Scratch,
): void {
  const table = <usize>scratch.table;
  const pixel = <usize>source.pixel, outPixel = <usize>target.pixel;
  if (pixel == 4 && outPixel == 4) return depthwisePlane(source, target, weights, bias, kernel, kernel);
  const radius = kernel >> 1;
  for (let y = 0; y < target.height; y++) {
    for (let i = 0; i < kernel; i++) {
      store<u32>(table + (<usize>i << 2), <u32>(rowOf(source, y - radius + i) - <usize>radius * pixel));
    }
    const out = rowOf(target, y);
    if (outPixel == 4) {
      convolveRowOne(table, kernel, pixel, weights, bias, out, target.width);
      continue;
    }
    let channel: usize = 0;
    for (; channel + 32 <= outPixel; channel += 32) {
      convolveRowEight(
        table, kernel, pixel, weights + channel, outPixel, bias + channel, out + channel, outPixel, target.width,
      );
    }
    for (; channel < outPixel; channel += 16) {
      convolveRowFour(
        table, kernel, pixel, weights + channel, outPixel, bias + channel, out + channel, outPixel, target.width,
      );
    }
  }
  clearBorder(target);
}
