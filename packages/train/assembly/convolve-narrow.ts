/** Convolution of 16 channels into 4: the last layer at scale 2. Twelve pixels of one vector stay in registers. */

import { clearRowEnd } from "./clear-row-end";
import { madd } from "./simd";

/**
 * @param weights `[ky][kx][16][4]`
 * @param start 4 floats that every output begins with, or 0 to add to the target
 * @param target pixels of 4 channels; its rows have room for a multiple of twelve
 */
export function convolveNarrow(
  source: usize, sourceStride: usize, weights: usize, start: usize,
  target: usize, targetStride: usize, width: i32, height: i32, kernel: i32,
): void {
  const run = <usize>kernel << 6;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x += 12) {
      const out = target + (<usize>x << 4);
      let a: v128, b: v128, c: v128, d: v128, e: v128, f: v128;
      let g: v128, h: v128, i: v128, j: v128, k: v128, l: v128;
      if (start) {
        a = v128.load(start);
        b = a; c = a; d = a; e = a; f = a; g = a; h = a; i = a; j = a; k = a; l = a;
      } else {
        a = v128.load(out, 0); b = v128.load(out, 16); c = v128.load(out, 32); d = v128.load(out, 48);
        e = v128.load(out, 64); f = v128.load(out, 80); g = v128.load(out, 96); h = v128.load(out, 112);
        i = v128.load(out, 128); j = v128.load(out, 144); k = v128.load(out, 160); l = v128.load(out, 176);
      }
      let row = source + (<usize>x << 6);
      let w = weights;
      for (let ky = 0; ky < kernel; ky++) {
        let p = row;
        const end = row + run;
        while (p < end) {
          const v = v128.load(w);
          a = madd(v128.load_splat<f32>(p, 0), v, a);
          b = madd(v128.load_splat<f32>(p, 64), v, b);
          c = madd(v128.load_splat<f32>(p, 128), v, c);
          d = madd(v128.load_splat<f32>(p, 192), v, d);
          e = madd(v128.load_splat<f32>(p, 256), v, e);
          f = madd(v128.load_splat<f32>(p, 320), v, f);
          g = madd(v128.load_splat<f32>(p, 384), v, g);
          h = madd(v128.load_splat<f32>(p, 448), v, h);
          i = madd(v128.load_splat<f32>(p, 512), v, i);
          j = madd(v128.load_splat<f32>(p, 576), v, j);
          k = madd(v128.load_splat<f32>(p, 640), v, k);
          l = madd(v128.load_splat<f32>(p, 704), v, l);
          p += 4;
          w += 16;
        }
        row += sourceStride;
      }
      v128.store(out, a, 0); v128.store(out, b, 16); v128.store(out, c, 32); v128.store(out, d, 48);
      v128.store(out, e, 64); v128.store(out, f, 80); v128.store(out, g, 96); v128.store(out, h, 112);
      v128.store(out, i, 128); v128.store(out, j, 144); v128.store(out, k, 160); v128.store(out, l, 176);
    }
    clearRowEnd(target, width, 12, 16);
    source += sourceStride;
    target += targetStride;
  }
}
