/** Convolution of every channel by itself. */

import { madd } from "../../simd";
import { clearBorder, rowOf } from "../plane-rows";
import { Plane } from "../structures";

/** Addresses of up to nine rows. */
const ROWS = memory.data(36, 16);

/**
 * Convolution and bias. The input gradient is one too, with the kernel turned by 180° and no bias.
 *
 * @param target of the source's size; not the source
 * @param weights `[tall][wide][channels]`, the channels padded to a multiple of four unless there is one
 * @param bias one float a channel, padded likewise
 * @param tall odd, at most 9, as `wide` is
 */
export function depthwisePlane(
  source: Plane, target: Plane, weights: usize, bias: usize, tall: i32, wide: i32,
): void {
  const pixel = <usize>source.pixel;
  for (let y = 0; y < target.height; y++) {
    for (let i = 0; i < tall; i++) {
      const row = rowOf(source, y - (tall >> 1) + i);
      store<u32>(ROWS + (<usize>i << 2), <u32>(row - <usize>(wide >> 1) * pixel));
    }
    const out = rowOf(target, y);
    if (pixel == 4) {
      for (let x = 0; x < target.width; x += 8) {
        const at = <usize>x << 2;
        sumTapsOfOne(at, tall, wide, weights, bias, out + at);
      }
      continue;
    }
    for (let x = 0; x < target.width; x += 8) {
      const at = <usize>x * pixel;
      for (let channel: usize = 0; channel < pixel; channel += 16) {
        sumTaps(at + channel, pixel, tall, wide, weights + channel, bias + channel, out + at + channel);
      }
    }
  }
  clearBorder(target);
}

/** `[kernel][kernel][channels]` turned by 180°; `pixel` bytes of as many floats. */
export function turnDepthwise(weights: usize, pixel: usize, kernel: i32, turned: usize): void {
  const taps = <usize>(kernel * kernel);
  for (let tap: usize = 0; tap < taps; tap++) memory.copy(turned + (taps - 1 - tap) * pixel, weights + tap * pixel, pixel);
}

/** Four channels of eight pixels; one loop for all taps, as in `convolve-rows.ts`. */
function sumTaps(
  at: usize, pixel: usize, tall: i32, wide: i32, weights: usize, bias: usize, target: usize,
): void {
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel, p6 = p3 << 1, p7 = p6 + pixel;
  const run = <usize>wide * pixel, end = weights + <usize>tall * run;
  let a = v128.load(bias), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  let row = ROWS;
  let p = <usize>load<u32>(row) + at;
  let stop = weights + run;
  while (weights < end) {
    if (weights == stop) {
      row += 4;
      p = <usize>load<u32>(row) + at;
      stop += run;
    }
    const w = v128.load(weights);
    a = madd(v128.load(p), w, a);
    b = madd(v128.load(p + pixel), w, b);
    c = madd(v128.load(p + p2), w, c);
    d = madd(v128.load(p + p3), w, d);
    e = madd(v128.load(p + p4), w, e);
    f = madd(v128.load(p + p5), w, f);
    g = madd(v128.load(p + p6), w, g);
    h = madd(v128.load(p + p7), w, h);
    p += pixel;
    weights += pixel;
  }
  v128.store(target, a); target += pixel;
  v128.store(target, b); target += pixel;
  v128.store(target, c); target += pixel;
  v128.store(target, d); target += pixel;
  v128.store(target, e); target += pixel;
  v128.store(target, f); target += pixel;
  v128.store(target, g); target += pixel;
  v128.store(target, h);
}

/** Eight pixels of one channel. */
function sumTapsOfOne(at: usize, tall: i32, wide: i32, weights: usize, bias: usize, target: usize): void {
  const run = <usize>wide << 2, end = weights + <usize>tall * run;
  let a = v128.load_splat<f32>(bias), b = a;
  let row = ROWS;
  let p = <usize>load<u32>(row) + at;
  let stop = weights + run;
  while (weights < end) {
    if (weights == stop) {
      row += 4;
      p = <usize>load<u32>(row) + at;
      stop += run;
    }
    const w = v128.load_splat<f32>(weights);
    a = madd(v128.load(p, 0), w, a);
    b = madd(v128.load(p, 16), w, b);
    p += 4;
    weights += 4;
  }
  v128.store(target, a, 0);
  v128.store(target, b, 16);
}
