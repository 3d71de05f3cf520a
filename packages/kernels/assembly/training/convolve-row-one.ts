/** One row of a convolution that has one output channel, a dot product for each pixel. */

import { madd, sumLanes } from "../simd";

/**
 * @param rows addresses of `kernel` rows, at the first pixel that the first output reads; one more is read, not followed
 * @param pixel bytes of one source pixel, a multiple of 16
 * @param weights `[kernel][kernel][inputs]`
 * @param bias one float
 * @param target it has room for `width` rounded up to eight floats
 */
export function convolveRowOne(
  rows: usize, kernel: i32, pixel: usize, weights: usize, bias: usize, target: usize, width: i32,
): void {
  for (let x = 0; x < width; x += 8) {
    sumEight(rows, <usize>x * pixel, kernel, pixel, weights, bias, target);
    target += 32;
  }
}

/** Eight pixels. All the kernel's rows in one loop, so that V8 keeps the sums in registers. */
function sumEight(
  rows: usize, at: usize, kernel: i32, pixel: usize, weights: usize, bias: usize, target: usize,
): void {
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel, p6 = p3 << 1, p7 = p6 + pixel;
  const run = <usize>kernel * pixel, end = weights + <usize>kernel * run;
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
  let p = <usize>load<u32>(rows) + at;
  let stop = weights + run;
  while (weights < end) {
    const w = v128.load(weights);
    a = madd(v128.load(p), w, a);
    b = madd(v128.load(p + pixel), w, b);
    c = madd(v128.load(p + p2), w, c);
    d = madd(v128.load(p + p3), w, d);
    e = madd(v128.load(p + p4), w, e);
    f = madd(v128.load(p + p5), w, f);
    g = madd(v128.load(p + p6), w, g);
    h = madd(v128.load(p + p7), w, h);
    p += 16;
    weights += 16;
    if (weights == stop) {
      rows += 4;
      p = <usize>load<u32>(rows) + at;
      stop += run;
    }
  }
  const start = v128.load_splat<f32>(bias);
  v128.store(target, f32x4.add(start, sumLanes(a, b, c, d)), 0);
  v128.store(target, f32x4.add(start, sumLanes(e, f, g, h)), 16);
}
