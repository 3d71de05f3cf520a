/** Winograd, the middle: M = V · U, a small matrix product for each place of a tile. */

import { madd } from "../simd";

/**
 * Sixteen output channels. Three tiles by four vectors stay in registers: twelve accumulators, three splats and a
 * weight vector, which V8 keeps in the sixteen registers of x64. Unrolling over channels was slower.
 *
 * @param v `[places][tiles][channels]`; `tiles` a multiple of three
 * @param pixel bytes of one pixel of `v`
 * @param u the sixteen channels' first in `[places][channels][outputs]`; `outPixel` bytes from one channel to the next
 * @param m the first of the sixteen channels in `[places][tiles][outputs]`; `outPixel` bytes a tile
 */
export function multiplySixteen(
  v: usize, vStride: usize, pixel: usize, u: usize, m: usize, mStride: usize, outPixel: usize, tiles: i32,
  places: i32 = 36,
): void {
  const zero = f32x4.splat(0);
  for (let position = 0; position < places; position++) {
    let from = v, to = m;
    for (let tile = 0; tile < tiles; tile += 3) {
      let a0 = zero, a1 = zero, a2 = zero, a3 = zero;
      let b0 = zero, b1 = zero, b2 = zero, b3 = zero;
      let c0 = zero, c1 = zero, c2 = zero, c3 = zero;
      let w = u;
      let p = from, q = p + pixel, r = q + pixel;
      const end = q;
      while (p < end) {
        const x = v128.load_splat<f32>(p), y = v128.load_splat<f32>(q), z = v128.load_splat<f32>(r);
        let k = v128.load(w, 0);
        a0 = madd(x, k, a0); b0 = madd(y, k, b0); c0 = madd(z, k, c0);
        k = v128.load(w, 16);
        a1 = madd(x, k, a1); b1 = madd(y, k, b1); c1 = madd(z, k, c1);
        k = v128.load(w, 32);
        a2 = madd(x, k, a2); b2 = madd(y, k, b2); c2 = madd(z, k, c2);
        k = v128.load(w, 48);
        a3 = madd(x, k, a3); b3 = madd(y, k, b3); c3 = madd(z, k, c3);
        w += outPixel;
        p += 4;
        q += 4;
        r += 4;
      }
      v128.store(to, a0, 0); v128.store(to, a1, 16); v128.store(to, a2, 32); v128.store(to, a3, 48);
      to += outPixel;
      v128.store(to, b0, 0); v128.store(to, b1, 16); v128.store(to, b2, 32); v128.store(to, b3, 48);
      to += outPixel;
      v128.store(to, c0, 0); v128.store(to, c1, 16); v128.store(to, c2, 32); v128.store(to, c3, 48);
      to += outPixel;
      from += pixel * 3;
    }
    v += vStride;
    m += mStride;
    u += (pixel >> 2) * outPixel;
  }
}

/** As {@link multiplySixteen} for four output channels, six tiles at a time: what pruning leaves over. */
export function multiplyFour(
  v: usize, vStride: usize, pixel: usize, u: usize, m: usize, mStride: usize, outPixel: usize, tiles: i32,
  places: i32 = 36,
): void {
  const zero = f32x4.splat(0);
  for (let position = 0; position < places; position++) {
    let from = v, to = m;
    for (let tile = 0; tile < tiles; tile += 6) {
      let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero;
      let w = u;
      let p = from, q = p + pixel, r = q + pixel, s = r + pixel, t = s + pixel, o = t + pixel;
      const end = q;
      while (p < end) {
        const k = v128.load(w);
        a = madd(v128.load_splat<f32>(p), k, a);
        b = madd(v128.load_splat<f32>(q), k, b);
        c = madd(v128.load_splat<f32>(r), k, c);
        d = madd(v128.load_splat<f32>(s), k, d);
        e = madd(v128.load_splat<f32>(t), k, e);
        f = madd(v128.load_splat<f32>(o), k, f);
        w += outPixel;
        p += 4; q += 4; r += 4; s += 4; t += 4; o += 4;
      }
      v128.store(to, a); to += outPixel;
      v128.store(to, b); to += outPixel;
      v128.store(to, c); to += outPixel;
      v128.store(to, d); to += outPixel;
      v128.store(to, e); to += outPixel;
      v128.store(to, f); to += outPixel;
      from += pixel * 6;
    }
    v += vStride;
    m += mStride;
    u += (pixel >> 2) * outPixel;
  }
}
