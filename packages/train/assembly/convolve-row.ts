/**
 * One row of a convolution into 16 channels. Six pixels by eight output channels stay in registers:
 * twelve accumulators, two weight vectors and one splat are the fifteen registers V8 gives on x64.
 */

import { madd } from "./simd";

/**
 * `P` is the pixel of the source plane. In a plane the kernel's row of pixels is contiguous, and so are its
 * weights `[ky][kx][channel][16]`, so one loop runs over columns and channels together.
 *
 * @param source the top left pixel that the first output reads, border included
 * @param start 16 floats that every output begins with (the bias), or 0 to add to what is there
 * @param width pixels, rounded up to a multiple of six: the plane has room for it
 */
// @ts-ignore: decorator
@inline
export function convolveRow<P>(
  source: usize, sourceStride: usize, weights: usize, start: usize, target: usize, width: i32, kernel: i32,
): void {
  const run = <usize>kernel * offsetof<P>();
  for (let x = 0; x < width; x += 6) {
    for (let half: usize = 0; half < 64; half += 32) {
      const out = target + (<usize>x << 6) + half;
      let a0: v128, a1: v128, b0: v128, b1: v128, c0: v128, c1: v128;
      let d0: v128, d1: v128, e0: v128, e1: v128, f0: v128, f1: v128;
      if (start) {
        a0 = v128.load(start + half);
        a1 = v128.load(start + half, 16);
        b0 = a0; b1 = a1; c0 = a0; c1 = a1; d0 = a0; d1 = a1; e0 = a0; e1 = a1; f0 = a0; f1 = a1;
      } else {
        a0 = v128.load(out, 0); a1 = v128.load(out, 16);
        b0 = v128.load(out, 64); b1 = v128.load(out, 80);
        c0 = v128.load(out, 128); c1 = v128.load(out, 144);
        d0 = v128.load(out, 192); d1 = v128.load(out, 208);
        e0 = v128.load(out, 256); e1 = v128.load(out, 272);
        f0 = v128.load(out, 320); f1 = v128.load(out, 336);
      }
      let row = source + <usize>x * offsetof<P>();
      let w = weights + half;
      for (let ky = 0; ky < kernel; ky++) {
        let p = row;
        const end = row + run;
        while (p < end) {
          const w0 = v128.load(w, 0), w1 = v128.load(w, 16);
          let s = v128.load_splat<f32>(p, 0);
          a0 = madd(s, w0, a0); a1 = madd(s, w1, a1);
          s = v128.load_splat<f32>(p, offsetof<P>());
          b0 = madd(s, w0, b0); b1 = madd(s, w1, b1);
          s = v128.load_splat<f32>(p, offsetof<P>() * 2);
          c0 = madd(s, w0, c0); c1 = madd(s, w1, c1);
          s = v128.load_splat<f32>(p, offsetof<P>() * 3);
          d0 = madd(s, w0, d0); d1 = madd(s, w1, d1);
          s = v128.load_splat<f32>(p, offsetof<P>() * 4);
          e0 = madd(s, w0, e0); e1 = madd(s, w1, e1);
          s = v128.load_splat<f32>(p, offsetof<P>() * 5);
          f0 = madd(s, w0, f0); f1 = madd(s, w1, f1);
          p += 4;
          w += 64;
        }
        row += sourceStride;
      }
      v128.store(out, a0, 0); v128.store(out, a1, 16);
      v128.store(out, b0, 64); v128.store(out, b1, 80);
      v128.store(out, c0, 128); v128.store(out, c1, 144);
      v128.store(out, d0, 192); v128.store(out, d1, 208);
      v128.store(out, e0, 256); v128.store(out, e1, 272);
      v128.store(out, f0, 320); v128.store(out, f1, 336);
    }
  }
}
