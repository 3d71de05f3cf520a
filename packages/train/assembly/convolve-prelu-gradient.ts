/**
 * Backward through a convolution and then through the PReLU before it, in one pass. The convolution's input
 * gradient is a convolution with the kernel turned by 180° and its channels transposed.
 */

import { clearRowEnd } from "./clear-row-end";
import { convolveRow } from "./convolve-row";
import { madd, Pixel4, Pixel16 } from "./simd";

/**
 * @param channels of the gradient that comes in: 4 or 16
 * @param start 16 zeros, or 0 to add to what `target` holds
 * @param through written before the PReLU's gradient when not 0: what also flows along a residual
 * @param slopeGradient 16 floats added to
 */
export function convolvePreluGradient(
  channels: i32, source: usize, sourceStride: usize, weights: usize, start: usize,
  preactivation: usize, slopes: usize, slopeGradient: usize, through: usize,
  target: usize, stride: usize, width: i32, height: i32, kernel: i32,
): void {
  for (let y = 0; y < height; y++) {
    if (channels == 16) convolveRow<Pixel16>(source, sourceStride, weights, start, target, width, kernel);
    else convolveRow<Pixel4>(source, sourceStride, weights, start, target, width, kernel);
    clearRowEnd(target, width, 6, 64);
    if (through) memory.copy(through, target, <usize>width << 6);
    preluGradientRow(target, preactivation, slopes, slopeGradient, width);
    source += sourceStride;
    preactivation += stride;
    target += stride;
    if (through) through += stride;
  }
}

// @ts-ignore: decorator
@inline
export function preluGradientRow(gradient: usize, preactivation: usize, slopes: usize, slopeGradient: usize, width: i32): void {
  const zero = f32x4.splat(0);
  const one = f32x4.splat(1);
  for (let block: usize = 0; block < 64; block += 16) {
    const slope = v128.load(slopes + block);
    let sum = v128.load(slopeGradient + block);
    const end = <usize>width << 6;
    for (let i: usize = block; i < end; i += 64) {
      const z = v128.load(preactivation + i);
      const g = v128.load(gradient + i);
      sum = madd(g, f32x4.pmin(z, zero), sum);
      v128.store(gradient + i, f32x4.mul(g, v128.bitselect(one, slope, f32x4.gt(z, zero))));
    }
    v128.store(slopeGradient + block, sum);
  }
}
