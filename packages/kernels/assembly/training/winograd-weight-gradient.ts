/**
 * Weight gradient of a 3×3 convolution in the Winograd domain. As the forward pass is Y = Aᵀ[U ⊙ V]A, its gradient is
 * dU = Σ (A dY Aᵀ) ⊙ V over the tiles: 36 sums of rank-1 updates over a quarter of the products that taps would take.
 */

import { madd } from "../simd";
import { rowOf } from "./plane-rows";
import { Plane, Scratch } from "./structures";
import { transformInput } from "./winograd-plane";

/**
 * @param source the plane the convolution read
 * @param gradient of the convolution's output
 * @param du `[36][inputs][outputs]`, added to
 */
export function winogradWeightGradient(source: Plane, gradient: Plane, du: usize, scratch: Scratch): void {
  const pixel = <usize>source.pixel, outPixel = <usize>gradient.pixel;
  const vStride = <usize>scratch.tiles * pixel, mStride = <usize>scratch.tiles * outPixel;
  const tiles = (gradient.width + 3) >> 2;
  for (let y = 0; y < gradient.height; y += 4) {
    for (let first = 0; first < tiles; first += scratch.tiles) {
      const some = min(scratch.tiles, tiles - first);
      transformInput(source, y, first, some, scratch.v, scratch);
      transformGradient(
        rowOf(gradient, y) + <usize>(first * 4) * outPixel, gradient.stride, outPixel, some,
        <usize>scratch.table + 64, scratch.m, mStride,
      );
      let v = <usize>scratch.v, m = <usize>scratch.m, to = du;
      for (let place = 0; place < 36; place++) {
        let channel: usize = 0;
        for (; channel + 64 <= outPixel; channel += 64) {
          addProductsSixteen(v, pixel, m + channel, outPixel, to + channel, some);
        }
        for (; channel < outPixel; channel += 16) addProductsFour(v, pixel, m + channel, outPixel, to + channel, some);
        v += vStride;
        m += mStride;
        to += (pixel >> 2) * outPixel;
      }
    }
  }
}

/** M = A dY Aᵀ of 4×4 tiles: `[36][tiles]` pixels. */
function transformGradient(
  gradient: usize, stride: usize, pixel: usize, tiles: i32, scratch: usize, m: usize, mStride: usize,
): void {
  for (let tile = 0; tile < tiles; tile++) {
    for (let channel: usize = 0; channel < pixel; channel += 16) {
      const from = gradient + channel;
      // down the columns: 6 rows of 4
      for (let x: usize = 0; x < 4; x++) {
        const p = from + x * pixel;
        const d2 = p + (stride << 1);
        spreadFour(v128.load(p), v128.load(p + stride), v128.load(d2), v128.load(d2 + stride), scratch + (x << 4), 64);
      }
      for (let y: usize = 0; y < 6; y++) {
        const s = scratch + (y << 6);
        const to = m + channel + y * 6 * mStride;
        spreadFour(v128.load(s), v128.load(s, 16), v128.load(s, 32), v128.load(s, 48), to, mStride);
      }
    }
    gradient += pixel << 2;
    m += pixel;
  }
}

/** A (a, b, c, d) into six places. */
// @ts-ignore: decorator
@inline
export function spreadFour(a: v128, b: v128, c: v128, d: v128, to: usize, step: usize): void {
  const two = f32x4.splat(2), four = f32x4.splat(4);
  const even = f32x4.add(a, c), odd = f32x4.add(b, d);
  const farEven = madd(four, c, a), farOdd = f32x4.mul(two, madd(four, d, b));
  v128.store(to, a);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + step * 2, f32x4.sub(even, odd));
  v128.store(to + step * 3, f32x4.add(farEven, farOdd));
  v128.store(to + step * 4, f32x4.sub(farEven, farOdd));
  v128.store(to + step * 5, d);
}

/** du[channels][16] += vᵀ m over the tiles; two input channels at a time. */
function addProductsSixteen(v: usize, pixel: usize, m: usize, outPixel: usize, du: usize, tiles: i32): void {
  for (let input: usize = 0; input < pixel; input += 8) {
    const low = du + (input >> 2) * outPixel, high = low + outPixel;
    let a0 = v128.load(low, 0), a1 = v128.load(low, 16), a2 = v128.load(low, 32), a3 = v128.load(low, 48);
    let b0 = v128.load(high, 0), b1 = v128.load(high, 16), b2 = v128.load(high, 32), b3 = v128.load(high, 48);
    let p = v + input, q = m;
    for (let tile = 0; tile < tiles; tile++) {
      const s = v128.load_splat<f32>(p, 0), t = v128.load_splat<f32>(p, 4);
      let k = v128.load(q, 0);
      a0 = madd(s, k, a0); b0 = madd(t, k, b0);
      k = v128.load(q, 16);
      a1 = madd(s, k, a1); b1 = madd(t, k, b1);
      k = v128.load(q, 32);
      a2 = madd(s, k, a2); b2 = madd(t, k, b2);
      k = v128.load(q, 48);
      a3 = madd(s, k, a3); b3 = madd(t, k, b3);
      p += pixel;
      q += outPixel;
    }
    v128.store(low, a0, 0); v128.store(low, a1, 16); v128.store(low, a2, 32); v128.store(low, a3, 48);
    v128.store(high, b0, 0); v128.store(high, b1, 16); v128.store(high, b2, 32); v128.store(high, b3, 48);
  }
}

/** The same for four output channels, four input channels at a time. */
function addProductsFour(v: usize, pixel: usize, m: usize, outPixel: usize, du: usize, tiles: i32): void {
  for (let input: usize = 0; input < pixel; input += 16) {
    const w = du + (input >> 2) * outPixel, x = w + outPixel, y = x + outPixel, z = y + outPixel;
    let a = v128.load(w), b = v128.load(x), c = v128.load(y), d = v128.load(z);
    let p = v + input, q = m;
    for (let tile = 0; tile < tiles; tile++) {
      const k = v128.load(q);
      a = madd(v128.load_splat<f32>(p, 0), k, a);
      b = madd(v128.load_splat<f32>(p, 4), k, b);
      c = madd(v128.load_splat<f32>(p, 8), k, c);
      d = madd(v128.load_splat<f32>(p, 12), k, d);
      p += pixel;
      q += outPixel;
    }
    v128.store(w, a); v128.store(x, b); v128.store(y, c); v128.store(z, d);
  }
}
