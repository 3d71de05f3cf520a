/** Convolution, bias and PReLU in one pass: 16 channels to 16. The pre-activation is kept for the backward pass. */

import { clearRowEnd } from "./clear-row-end";
import { convolveRow } from "./convolve-row";
import { madd, Pixel16 } from "./simd";

/**
 * @param preactivation written; may equal `target` when no backward pass follows
 * @param residual a plane added to the activation (the long residual), or 0
 */
export function convolvePrelu(
  source: usize, weights: usize, start: usize, slopes: usize, preactivation: usize, residual: usize,
  target: usize, stride: usize, width: i32, height: i32, kernel: i32,
): void {
  for (let y = 0; y < height; y++) {
    convolveRow<Pixel16>(source, stride, weights, start, preactivation, width, kernel);
    clearRowEnd(preactivation, width, 6, 64);
    preluRow(preactivation, slopes, residual, target, width);
    source += stride;
    preactivation += stride;
    target += stride;
    if (residual) residual += stride;
  }
}

// @ts-ignore: decorator
@inline
export function preluRow(from: usize, slopes: usize, residual: usize, to: usize, width: i32): void {
  const zero = f32x4.splat(0);
  for (let block: usize = 0; block < 64; block += 16) {
    const slope = v128.load(slopes + block);
    const end = <usize>width << 6;
    for (let i: usize = block; i < end; i += 64) {
      const z = v128.load(from + i);
      // pmax and pmin compile to one instruction each; their NaN order keeps a NaN a NaN
      let a = madd(slope, f32x4.pmin(z, zero), f32x4.pmax(z, zero));
      if (residual) a = f32x4.add(a, v128.load(residual + i));
      v128.store(to + i, a);
    }
  }
}
