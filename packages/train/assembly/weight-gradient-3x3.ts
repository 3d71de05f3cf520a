/**
 * Weight gradient of a 3×3 convolution, 16 channels to 16: a sum of rank-1 updates, one a pixel, kept in registers
 * for three columns of taps, two input channels and eight output channels at a time.
 */

import { madd } from "./simd";

/** Rows summed before the registers are given up: both planes' rows still fit the first-level cache. */
const ROWS: i32 = 3;

/**
 * @param source the plane the convolution read, at the top left pixel its first output read
 * @param gradient of the convolution's output
 * @param weightGradient `[3][3][16][16]`, added to
 */
export function weightGradient3x3(
  source: usize, sourceStride: usize, gradient: usize, gradientStride: usize, weightGradient: usize,
  width: i32, height: i32,
): void {
  const run = <usize>width << 6;
  for (let top = 0; top < height; top += ROWS) {
    const rows = min(ROWS, height - top);
    const firstRow = source + <usize>top * sourceStride;
    const firstGradient = gradient + <usize>top * gradientStride;
    for (let ky = 0; ky < 3; ky++) {
      for (let channel: usize = 0; channel < 16; channel += 2) {
        for (let half: usize = 0; half < 64; half += 32) {
          const w = weightGradient + <usize>ky * 3072 + (channel << 6) + half;
          let a0 = v128.load(w, 0), a1 = v128.load(w, 16), b0 = v128.load(w, 64), b1 = v128.load(w, 80);
          let c0 = v128.load(w, 1024), c1 = v128.load(w, 1040), d0 = v128.load(w, 1088), d1 = v128.load(w, 1104);
          let e0 = v128.load(w, 2048), e1 = v128.load(w, 2064), f0 = v128.load(w, 2112), f1 = v128.load(w, 2128);
          for (let y = 0; y < rows; y++) {
            let p = firstRow + <usize>(y + ky) * sourceStride + (channel << 2);
            let g = firstGradient + <usize>y * gradientStride + half;
            const end = g + run;
            while (g < end) {
              const g0 = v128.load(g, 0), g1 = v128.load(g, 16);
              let s = v128.load_splat<f32>(p, 0);
              a0 = madd(s, g0, a0); a1 = madd(s, g1, a1);
              s = v128.load_splat<f32>(p, 4);
              b0 = madd(s, g0, b0); b1 = madd(s, g1, b1);
              s = v128.load_splat<f32>(p, 64);
              c0 = madd(s, g0, c0); c1 = madd(s, g1, c1);
              s = v128.load_splat<f32>(p, 68);
              d0 = madd(s, g0, d0); d1 = madd(s, g1, d1);
              s = v128.load_splat<f32>(p, 128);
              e0 = madd(s, g0, e0); e1 = madd(s, g1, e1);
              s = v128.load_splat<f32>(p, 132);
              f0 = madd(s, g0, f0); f1 = madd(s, g1, f1);
              p += 64;
              g += 64;
            }
          }
          v128.store(w, a0, 0); v128.store(w, a1, 16); v128.store(w, b0, 64); v128.store(w, b1, 80);
          v128.store(w, c0, 1024); v128.store(w, c1, 1040); v128.store(w, d0, 1088); v128.store(w, d1, 1104);
          v128.store(w, e0, 2048); v128.store(w, e1, 2064); v128.store(w, f0, 2112); v128.store(w, f1, 2128);
        }
      }
    }
  }
}
