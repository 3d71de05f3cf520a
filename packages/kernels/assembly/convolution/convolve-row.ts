/**
 * One row of a convolution, directly. In a plane of pixels a kernel's row is contiguous, and its weights
 * `[ky][kx][inputs][outputs]` follow it: one loop runs over columns and channels together.
 */

import { madd } from "../simd";

/**
 * Sixteen output channels, three pixels at a time.
 *
 * @param rows addresses of `kernel` rows, at the first pixel that the first output reads
 * @param pixel bytes of one source pixel
 * @param weights of the sixteen channels' first; `weightStride` bytes from one input channel to the next
 * @param bias sixteen floats every output begins with
 * @param target the first output's first channel; it has room for `width` rounded up to three pixels of `outPixel` bytes
 */
export function convolveRowSixteen(
  rows: usize, kernel: i32, pixel: usize, weights: usize, weightStride: usize, bias: usize,
  target: usize, outPixel: usize, width: i32,
): void {
  const run = <usize>kernel * pixel;
  for (let x = 0; x < width; x += 3) {
    let a0 = v128.load(bias, 0), a1 = v128.load(bias, 16), a2 = v128.load(bias, 32), a3 = v128.load(bias, 48);
    let b0 = a0, b1 = a1, b2 = a2, b3 = a3, c0 = a0, c1 = a1, c2 = a2, c3 = a3;
    let w = weights;
    const at = <usize>x * pixel;
    for (let ky = 0; ky < kernel; ky++) {
      let p = <usize>load<u32>(rows + (<usize>ky << 2)) + at, q = p + pixel, r = q + pixel;
      const end = p + run;
      while (p < end) {
        const s = v128.load_splat<f32>(p), t = v128.load_splat<f32>(q), u = v128.load_splat<f32>(r);
        let k = v128.load(w, 0);
        a0 = madd(s, k, a0); b0 = madd(t, k, b0); c0 = madd(u, k, c0);
        k = v128.load(w, 16);
        a1 = madd(s, k, a1); b1 = madd(t, k, b1); c1 = madd(u, k, c1);
        k = v128.load(w, 32);
        a2 = madd(s, k, a2); b2 = madd(t, k, b2); c2 = madd(u, k, c2);
        k = v128.load(w, 48);
        a3 = madd(s, k, a3); b3 = madd(t, k, b3); c3 = madd(u, k, c3);
        w += weightStride;
        p += 4;
        q += 4;
        r += 4;
      }
    }
    v128.store(target, a0, 0); v128.store(target, a1, 16); v128.store(target, a2, 32); v128.store(target, a3, 48);
    target += outPixel;
    v128.store(target, b0, 0); v128.store(target, b1, 16); v128.store(target, b2, 32); v128.store(target, b3, 48);
    target += outPixel;
    v128.store(target, c0, 0); v128.store(target, c1, 16); v128.store(target, c2, 32); v128.store(target, c3, 48);
    target += outPixel;
  }
}

/** As {@link convolveRowSixteen} for four output channels, eight pixels at a time: the last layer at ×2. */
export function convolveRowFour(
  rows: usize, kernel: i32, pixel: usize, weights: usize, weightStride: usize, bias: usize,
  target: usize, outPixel: usize, width: i32,
): void {
  const run = <usize>kernel * pixel;
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel, p6 = p3 << 1, p7 = p6 + pixel;
  for (let x = 0; x < width; x += 8) {
    let a = v128.load(bias), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    let w = weights;
    const at = <usize>x * pixel;
    for (let ky = 0; ky < kernel; ky++) {
      let p = <usize>load<u32>(rows + (<usize>ky << 2)) + at;
      const end = p + run;
      while (p < end) {
        const k = v128.load(w);
        a = madd(v128.load_splat<f32>(p), k, a);
        b = madd(v128.load_splat<f32>(p + pixel), k, b);
        c = madd(v128.load_splat<f32>(p + p2), k, c);
        d = madd(v128.load_splat<f32>(p + p3), k, d);
        e = madd(v128.load_splat<f32>(p + p4), k, e);
        f = madd(v128.load_splat<f32>(p + p5), k, f);
        g = madd(v128.load_splat<f32>(p + p6), k, g);
        h = madd(v128.load_splat<f32>(p + p7), k, h);
        w += weightStride;
        p += 4;
      }
    }
    v128.store(target, a); target += outPixel;
    v128.store(target, b); target += outPixel;
    v128.store(target, c); target += outPixel;
    v128.store(target, d); target += outPixel;
    v128.store(target, e); target += outPixel;
    v128.store(target, f); target += outPixel;
    v128.store(target, g); target += outPixel;
    v128.store(target, h); target += outPixel;
  }
}
