/** A whole plane through a convolution, row by row. */

import { convolveRowFour, convolveRowSixteen } from "../convolution/convolve-row";
import { clearBorder, rowOf } from "./plane-rows";
import { Plane, Scratch } from "./structures";

/**
 * Convolution and bias. The input gradient of a convolution is one too, with the kernel turned by 180° and its
 * channels exchanged.
 *
 * @param weights `[kernel][kernel][inputs][outputs]`
 * @param bias `[outputs]`
 */
export function convolvePlane(
  source: Plane, target: Plane, weights: usize, bias: usize, kernel: i32, scratch: Scratch,
): void {
  const table = <usize>scratch.table;
  const pixel = <usize>source.pixel, outPixel = <usize>target.pixel;
  const radius = kernel >> 1;
  for (let y = 0; y < target.height; y++) {
    for (let i = 0; i < kernel; i++) {
      store<u32>(table + (<usize>i << 2), <u32>(rowOf(source, y - radius + i) - <usize>radius * pixel));
    }
    const out = rowOf(target, y);
    let channel: usize = 0;
    for (; channel + 64 <= outPixel; channel += 64) {
      convolveRowSixteen(
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
