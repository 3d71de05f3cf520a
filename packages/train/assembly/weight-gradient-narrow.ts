/** Weight gradient of a 5×5 convolution from 16 channels to 4: five columns of taps, two input channels at a time. */

import { madd } from "./simd";

const ROWS: i32 = 3;

/** As `weightGradient3x3`; `gradient` has pixels of 4 channels, `weightGradient` is `[5][5][16][4]`. */
export function weightGradientNarrow(
  source: usize, sourceStride: usize, gradient: usize, gradientStride: usize, weightGradient: usize,
  width: i32, height: i32,
): void {
  const run = <usize>width << 4;
  for (let top = 0; top < height; top += ROWS) {
    const rows = min(ROWS, height - top);
    const from = source + <usize>top * sourceStride;
    const incoming = gradient + <usize>top * gradientStride;
    for (let ky = 0; ky < 5; ky++) {
      for (let channel: usize = 0; channel < 16; channel += 2) {
        const w = weightGradient + <usize>ky * 1280 + (channel << 4);
        let a0 = v128.load(w, 0), a1 = v128.load(w, 16), b0 = v128.load(w, 256), b1 = v128.load(w, 272);
        let c0 = v128.load(w, 512), c1 = v128.load(w, 528), d0 = v128.load(w, 768), d1 = v128.load(w, 784);
        let e0 = v128.load(w, 1024), e1 = v128.load(w, 1040);
        for (let y = 0; y < rows; y++) {
          let p = from + <usize>(y + ky) * sourceStride + (channel << 2);
          let g = incoming + <usize>y * gradientStride;
          const end = g + run;
          while (g < end) {
            const v = v128.load(g);
            a0 = madd(v128.load_splat<f32>(p, 0), v, a0);
            a1 = madd(v128.load_splat<f32>(p, 4), v, a1);
            b0 = madd(v128.load_splat<f32>(p, 64), v, b0);
            b1 = madd(v128.load_splat<f32>(p, 68), v, b1);
            c0 = madd(v128.load_splat<f32>(p, 128), v, c0);
            c1 = madd(v128.load_splat<f32>(p, 132), v, c1);
            d0 = madd(v128.load_splat<f32>(p, 192), v, d0);
            d1 = madd(v128.load_splat<f32>(p, 196), v, d1);
            e0 = madd(v128.load_splat<f32>(p, 256), v, e0);
            e1 = madd(v128.load_splat<f32>(p, 260), v, e1);
            p += 64;
            g += 16;
          }
        }
        v128.store(w, a0, 0); v128.store(w, a1, 16); v128.store(w, b0, 256); v128.store(w, b1, 272);
        v128.store(w, c0, 512); v128.store(w, c1, 528); v128.store(w, d0, 768); v128.store(w, d1, 784);
        v128.store(w, e0, 1024); v128.store(w, e1, 1040);
      }
    }
  }
}
