/**
 * Weight gradient of a 5×5 convolution from 1 or 16 channels to 16 (the first layer, and the last at scale 4):
 * five columns of taps by eight output channels at a time.
 */

import { madd, Pixel1, Pixel16 } from "./simd";

const ROWS: i32 = 2;

/** As `weightGradient3x3`; `weightGradient` is `[5][5][channels][16]`. */
export function weightGradient5x5(
  channels: i32, source: usize, sourceStride: usize, gradient: usize, gradientStride: usize, weightGradient: usize,
  width: i32, height: i32,
): void {
  for (let top = 0; top < height; top += ROWS) {
    const rows = min(ROWS, height - top);
    const from = source + <usize>top * sourceStride;
    const incoming = gradient + <usize>top * gradientStride;
    for (let ky = 0; ky < 5; ky++) {
      const row = from + <usize>ky * sourceStride;
      const taps = weightGradient + <usize>(ky * 5 * channels) * 64;
      for (let half: usize = 0; half < 64; half += 32) {
        if (channels == 1) {
          taps5<Pixel1>(row, sourceStride, incoming + half, gradientStride, taps + half, 64, width, rows);
          continue;
        }
        for (let channel: usize = 0; channel < 16; channel++) {
          const w = taps + (channel << 6) + half;
          taps5<Pixel16>(row + (channel << 2), sourceStride, incoming + half, gradientStride, w, 1024, width, rows);
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
export function taps5<P>(
  row: usize, sourceStride: usize, incoming: usize, gradientStride: usize, w: usize, tap: usize, width: i32, rows: i32,
): void {
  const wb = w + tap, wc = wb + tap, wd = wc + tap, we = wd + tap;
  let a0 = v128.load(w, 0), a1 = v128.load(w, 16), b0 = v128.load(wb, 0), b1 = v128.load(wb, 16);
  let c0 = v128.load(wc, 0), c1 = v128.load(wc, 16), d0 = v128.load(wd, 0), d1 = v128.load(wd, 16);
  let e0 = v128.load(we, 0), e1 = v128.load(we, 16);
  for (let y = 0; y < rows; y++) {
    let p = row + <usize>y * sourceStride;
    let g = incoming + <usize>y * gradientStride;
    const end = g + (<usize>width << 6);
    while (g < end) {
      const g0 = v128.load(g, 0), g1 = v128.load(g, 16);
      let s = v128.load_splat<f32>(p, 0);
      a0 = madd(s, g0, a0); a1 = madd(s, g1, a1);
      s = v128.load_splat<f32>(p, offsetof<P>());
      b0 = madd(s, g0, b0); b1 = madd(s, g1, b1);
      s = v128.load_splat<f32>(p, offsetof<P>() * 2);
      c0 = madd(s, g0, c0); c1 = madd(s, g1, c1);
      s = v128.load_splat<f32>(p, offsetof<P>() * 3);
      d0 = madd(s, g0, d0); d1 = madd(s, g1, d1);
      s = v128.load_splat<f32>(p, offsetof<P>() * 4);
      e0 = madd(s, g0, e0); e1 = madd(s, g1, e1);
      p += offsetof<P>();
      g += 64;
    }
  }
  v128.store(w, a0, 0); v128.store(w, a1, 16); v128.store(wb, b0, 0); v128.store(wb, b1, 16);
  v128.store(wc, c0, 0); v128.store(wc, c1, 16); v128.store(wd, d0, 0); v128.store(wd, d1, 16);
  v128.store(we, e0, 0); v128.store(we, e1, 16);
}
