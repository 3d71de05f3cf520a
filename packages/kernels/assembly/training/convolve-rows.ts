/**
 * One row of a convolution for a few output channels. As those of `convolution/convolve-row.ts`, but all the kernel's rows
 * are one loop in a function of its own, and the step from one to the next comes first in it: V8 then keeps every sum in a
 * register (Node 20: 30 instead of 20 GMAC/s), which it does not with a loop around or with a branch behind the sums.
 */

import { madd, sumLanes } from "../simd";

/**
 * Eight output channels, six pixels at a time.
 *
 * @param rows addresses of `kernel` rows, at the first pixel that the first output reads
 * @param pixel bytes of one source pixel
 * @param weights of the eight channels' first; `weightStride` bytes from one input channel to the next
 * @param bias eight floats every output begins with
 * @param target the first output's first channel; it has room for `width` rounded up to six pixels of `outPixel` bytes
 */
export function convolveRowEight(
  rows: usize, kernel: i32, pixel: usize, weights: usize, weightStride: usize, bias: usize,
  target: usize, outPixel: usize, width: i32,
): void {
  const end = weights + <usize>kernel * <usize>kernel * (pixel >> 2) * weightStride;
  for (let x = 0; x < width; x += 6) {
    sixByEight(rows, <usize>x * pixel, <usize>kernel * pixel, pixel, weights, weightStride, end, bias, target, outPixel);
    target += outPixel * 6;
  }
}

/** As {@link convolveRowEight} for four output channels; eight pixels at a time. */
export function convolveRowFour(
  rows: usize, kernel: i32, pixel: usize, weights: usize, weightStride: usize, bias: usize,
  target: usize, outPixel: usize, width: i32,
): void {
  const end = weights + <usize>kernel * <usize>kernel * (pixel >> 2) * weightStride;
  for (let x = 0; x < width; x += 8) {
    eightByFour(rows, <usize>x * pixel, <usize>kernel * pixel, pixel, weights, weightStride, end, bias, target, outPixel);
    target += outPixel << 3;
  }
}

/**
 * The one output channel of a convolution, a dot product for each pixel; eight at a time.
 *
 * @param pixel a multiple of 16
 * @param weights `[kernel][kernel][inputs]`
 * @param bias one float
 */
export function convolveRowOne(
  rows: usize, kernel: i32, pixel: usize, weights: usize, bias: usize, target: usize, width: i32,
): void {
  for (let x = 0; x < width; x += 8) {
    eightByOne(rows, <usize>x * pixel, kernel, pixel, weights, bias, target);
    target += 32;
  }
}

function sixByEight(
  rows: usize, at: usize, run: usize, pixel: usize, weights: usize, weightStride: usize, end: usize, bias: usize,
  target: usize, outPixel: usize,
): void {
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel;
  let a0 = v128.load(bias, 0), a1 = v128.load(bias, 16);
  let b0 = a0, b1 = a1, c0 = a0, c1 = a1, d0 = a0, d1 = a1, e0 = a0, e1 = a1, f0 = a0, f1 = a1;
  let p = <usize>load<u32>(rows) + at;
  let stop = p + run;
  while (weights < end) {
    if (p == stop) {
      rows += 4;
      p = <usize>load<u32>(rows) + at;
      stop = p + run;
    }
    const u = v128.load(weights, 0), v = v128.load(weights, 16);
    let s = v128.load_splat<f32>(p);
    a0 = madd(s, u, a0); a1 = madd(s, v, a1);
    s = v128.load_splat<f32>(p + pixel);
    b0 = madd(s, u, b0); b1 = madd(s, v, b1);
    s = v128.load_splat<f32>(p + p2);
    c0 = madd(s, u, c0); c1 = madd(s, v, c1);
    s = v128.load_splat<f32>(p + p3);
    d0 = madd(s, u, d0); d1 = madd(s, v, d1);
    s = v128.load_splat<f32>(p + p4);
    e0 = madd(s, u, e0); e1 = madd(s, v, e1);
    s = v128.load_splat<f32>(p + p5);
    f0 = madd(s, u, f0); f1 = madd(s, v, f1);
    weights += weightStride;
    p += 4;
  }
  v128.store(target, a0, 0); v128.store(target, a1, 16); target += outPixel;
  v128.store(target, b0, 0); v128.store(target, b1, 16); target += outPixel;
  v128.store(target, c0, 0); v128.store(target, c1, 16); target += outPixel;
  v128.store(target, d0, 0); v128.store(target, d1, 16); target += outPixel;
  v128.store(target, e0, 0); v128.store(target, e1, 16); target += outPixel;
  v128.store(target, f0, 0); v128.store(target, f1, 16);
}

function eightByFour(
  rows: usize, at: usize, run: usize, pixel: usize, weights: usize, weightStride: usize, end: usize, bias: usize,
  target: usize, outPixel: usize,
): void {
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel, p6 = p3 << 1, p7 = p6 + pixel;
  let a = v128.load(bias), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  let p = <usize>load<u32>(rows) + at;
  let stop = p + run;
  while (weights < end) {
    if (p == stop) {
      rows += 4;
      p = <usize>load<u32>(rows) + at;
      stop = p + run;
    }
    const w = v128.load(weights);
    a = madd(v128.load_splat<f32>(p), w, a);
    b = madd(v128.load_splat<f32>(p + pixel), w, b);
    c = madd(v128.load_splat<f32>(p + p2), w, c);
    d = madd(v128.load_splat<f32>(p + p3), w, d);
    e = madd(v128.load_splat<f32>(p + p4), w, e);
    f = madd(v128.load_splat<f32>(p + p5), w, f);
    g = madd(v128.load_splat<f32>(p + p6), w, g);
    h = madd(v128.load_splat<f32>(p + p7), w, h);
    weights += weightStride;
    p += 4;
  }
  v128.store(target, a); target += outPixel;
  v128.store(target, b); target += outPixel;
  v128.store(target, c); target += outPixel;
  v128.store(target, d); target += outPixel;
  v128.store(target, e); target += outPixel;
  v128.store(target, f); target += outPixel;
  v128.store(target, g); target += outPixel;
  v128.store(target, h);
}

function eightByOne(
  rows: usize, at: usize, kernel: i32, pixel: usize, weights: usize, bias: usize, target: usize,
): void {
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel, p6 = p3 << 1, p7 = p6 + pixel;
  const run = <usize>kernel * pixel, end = weights + <usize>kernel * run;
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, g = zero, h = zero;
  let p = <usize>load<u32>(rows) + at;
  let stop = weights + run;
  while (weights < end) {
    if (weights == stop) {
      rows += 4;
      p = <usize>load<u32>(rows) + at;
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
    p += 16;
    weights += 16;
  }
  const start = v128.load_splat<f32>(bias);
  v128.store(target, f32x4.add(start, sumLanes(a, b, c, d)), 0);
  v128.store(target, f32x4.add(start, sumLanes(e, f, g, h)), 16);
}
