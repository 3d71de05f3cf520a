/**
 * Weight gradient of a 5×5 convolution (the first layer and the last): a sum of rank-1 updates, one a pixel, kept in
 * registers for five columns of taps at a time.
 */

import { madd } from "../simd";
import { rowOf } from "./plane-rows";
import { Plane } from "./structures";

/** Rows summed before the registers are given up: both planes' rows still fit the first-level cache. */
const BAND: i32 = 3;

/**
 * @param source the plane the convolution read
 * @param gradient of the convolution's output
 * @param weightGradient `[5][5][inputs][outputs]`, added to
 */
export function weightGradient5x5(source: Plane, gradient: Plane, weightGradient: usize): void {
  const pixel = <usize>source.pixel, outPixel = <usize>gradient.pixel;
  const tap = (pixel >> 2) * outPixel;
  for (let top = 0; top < gradient.height; top += BAND) {
    const rows = min(BAND, gradient.height - top);
    for (let ky = 0; ky < 5; ky++) {
      const from = rowOf(source, top + ky - 2) - 2 * pixel;
      const weights = weightGradient + <usize>(ky * 5) * tap;
      for (let input: usize = 0; input < pixel; input += 4) {
        const w = weights + (input >> 2) * outPixel;
        let channel: usize = 0;
        for (; channel + 32 <= outPixel; channel += 32) {
          fiveTapsEight(from + input, source, rowOf(gradient, top) + channel, gradient, w + channel, tap, rows);
        }
        for (; channel < outPixel; channel += 16) {
          fiveTapsFour(from + input, source, rowOf(gradient, top) + channel, gradient, w + channel, tap, rows);
        }
      }
    }
  }
}

function fiveTapsEight(from: usize, source: Plane, incoming: usize, gradient: Plane, w: usize, tap: usize, rows: i32): void {
  const pixel = <usize>source.pixel, outPixel = <usize>gradient.pixel;
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2;
  const wb = w + tap, wc = wb + tap, wd = wc + tap, we = wd + tap;
  let a0 = v128.load(w, 0), a1 = v128.load(w, 16), b0 = v128.load(wb, 0), b1 = v128.load(wb, 16);
  let c0 = v128.load(wc, 0), c1 = v128.load(wc, 16), d0 = v128.load(wd, 0), d1 = v128.load(wd, 16);
  let e0 = v128.load(we, 0), e1 = v128.load(we, 16);
  for (let y = 0; y < rows; y++) {
    let p = from + <usize>y * <usize>source.stride;
    let g = incoming + <usize>y * <usize>gradient.stride;
    const end = g + <usize>gradient.width * outPixel;
    while (g < end) {
      const g0 = v128.load(g, 0), g1 = v128.load(g, 16);
      let s = v128.load_splat<f32>(p);
      a0 = madd(s, g0, a0); a1 = madd(s, g1, a1);
      s = v128.load_splat<f32>(p + pixel);
      b0 = madd(s, g0, b0); b1 = madd(s, g1, b1);
      s = v128.load_splat<f32>(p + p2);
      c0 = madd(s, g0, c0); c1 = madd(s, g1, c1);
      s = v128.load_splat<f32>(p + p3);
      d0 = madd(s, g0, d0); d1 = madd(s, g1, d1);
      s = v128.load_splat<f32>(p + p4);
      e0 = madd(s, g0, e0); e1 = madd(s, g1, e1);
      p += pixel;
      g += outPixel;
    }
  }
  v128.store(w, a0, 0); v128.store(w, a1, 16); v128.store(wb, b0, 0); v128.store(wb, b1, 16);
  v128.store(wc, c0, 0); v128.store(wc, c1, 16); v128.store(wd, d0, 0); v128.store(wd, d1, 16);
  v128.store(we, e0, 0); v128.store(we, e1, 16);
}

function fiveTapsFour(from: usize, source: Plane, incoming: usize, gradient: Plane, w: usize, tap: usize, rows: i32): void {
  const pixel = <usize>source.pixel, outPixel = <usize>gradient.pixel;
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2;
  const wb = w + tap, wc = wb + tap, wd = wc + tap, we = wd + tap;
  let a = v128.load(w), b = v128.load(wb), c = v128.load(wc), d = v128.load(wd), e = v128.load(we);
  for (let y = 0; y < rows; y++) {
    let p = from + <usize>y * <usize>source.stride;
    let g = incoming + <usize>y * <usize>gradient.stride;
    const end = g + <usize>gradient.width * outPixel;
    while (g < end) {
      const k = v128.load(g);
      a = madd(v128.load_splat<f32>(p), k, a);
      b = madd(v128.load_splat<f32>(p + pixel), k, b);
      c = madd(v128.load_splat<f32>(p + p2), k, c);
      d = madd(v128.load_splat<f32>(p + p3), k, d);
      e = madd(v128.load_splat<f32>(p + p4), k, e);
      p += pixel;
      g += outPixel;
    }
  }
  v128.store(w, a); v128.store(wb, b); v128.store(wc, c); v128.store(wd, d); v128.store(we, e);
}
