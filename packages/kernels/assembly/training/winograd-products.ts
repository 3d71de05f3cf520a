/** Winograd's products of planes of many channels; those of few are in `convolution/winograd-multiply.ts`. */

import { madd } from "../simd";

/** Bytes of a pixel from which on these are the faster ones: 32 channels. */
export const MANY: usize = 128;

/**
 * Eight output channels, six tiles at a time, in a function of its own for each (see `convolve-rows.ts`). Against three
 * tiles by sixteen channels, products of 64 channels take 0.7 of the time in Node 20 and 0.9 in Node 24; with 16 channels
 * the calls cost more than that.
 *
 * @param v `[36][tiles][channels]`; `tiles` a multiple of six
 * @param pixel bytes of one pixel of `v`
 * @param u the eight channels' first in `[36][channels][outputs]`; `outPixel` bytes from one channel to the next
 * @param m the first of the eight channels in `[36][tiles][outputs]`; `outPixel` bytes a tile
 */
export function multiplyEight(
  v: usize, vStride: usize, pixel: usize, u: usize, m: usize, mStride: usize, outPixel: usize, tiles: i32,
): void {
  for (let position = 0; position < 36; position++) {
    let from = v, to = m;
    for (let tile = 0; tile < tiles; tile += 6) {
      sixByEight(from, pixel, u, to, outPixel);
      from += pixel * 6;
      to += outPixel * 6;
    }
    v += vStride;
    m += mStride;
    u += (pixel >> 2) * outPixel;
  }
}

function sixByEight(p: usize, pixel: usize, u: usize, m: usize, outPixel: usize): void {
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero;
  let d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
  const end = p + pixel;
  while (p < end) {
    const w = v128.load(u, 0), x = v128.load(u, 16);
    let s = v128.load_splat<f32>(p);
    a0 = madd(s, w, a0); a1 = madd(s, x, a1);
    s = v128.load_splat<f32>(p + pixel);
    b0 = madd(s, w, b0); b1 = madd(s, x, b1);
    s = v128.load_splat<f32>(p + p2);
    c0 = madd(s, w, c0); c1 = madd(s, x, c1);
    s = v128.load_splat<f32>(p + p3);
    d0 = madd(s, w, d0); d1 = madd(s, x, d1);
    s = v128.load_splat<f32>(p + p4);
    e0 = madd(s, w, e0); e1 = madd(s, x, e1);
    s = v128.load_splat<f32>(p + p5);
    f0 = madd(s, w, f0); f1 = madd(s, x, f1);
    u += outPixel;
    p += 4;
  }
  v128.store(m, a0, 0); v128.store(m, a1, 16); m += outPixel;
  v128.store(m, b0, 0); v128.store(m, b1, 16); m += outPixel;
  v128.store(m, c0, 0); v128.store(m, c1, 16); m += outPixel;
  v128.store(m, d0, 0); v128.store(m, d1, 16); m += outPixel;
  v128.store(m, e0, 0); v128.store(m, e1, 16); m += outPixel;
  v128.store(m, f0, 0); v128.store(m, f1, 16);
}
