/** Weight gradient of the convolution of every channel by itself. */

import { madd, sumLanes } from "../../simd";
import { loadTail } from "../elementwise/row-tails";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/** Nine taps' sums. */
const SUMS = memory.data(144, 16);

/**
 * @param source the plane the convolution read
 * @param gradient of the convolution's output
 * @param target `[tall][wide][channels]`, the channels padded to a multiple of four unless there is one; added to
 * @param tall odd, at most twice the plane's border and one, as `wide` is
 */
export function depthwiseWeightGradient(
  source: Plane, gradient: Plane, target: usize, tall: i32, wide: i32,
): void {
  const pixel = <usize>source.pixel;
  if (pixel == 4) return addTapsOfOne(source, gradient, target, tall, wide);
  if (tall == 1) return addRow(source, gradient, target, wide);
  const run = <usize>gradient.width * pixel;
  // three by three taps at a time; those beyond the kernel are computed again and not taken
  for (let ky = 0; ky < tall; ky += 3) {
    const rows = min(3, tall - ky);
    for (let kx = 0; kx < wide; kx += 3) {
      const columns = min(3, wide - kx);
      const first: usize = columns > 1 ? pixel : 0, second: usize = columns > 2 ? pixel << 1 : first;
      for (let y = 0; y < gradient.height; y++) {
        const from = <usize>(kx - (wide >> 1)) * pixel, top = y + ky - (tall >> 1);
        const p = rowOf(source, top) + from;
        const q = rows > 1 ? rowOf(source, top + 1) + from : p;
        const r = rows > 2 ? rowOf(source, top + 2) + from : q;
        const g = rowOf(gradient, y);
        for (let channel: usize = 0; channel < pixel; channel += 16) {
          sumNine(p + channel, q + channel, r + channel, first, second, g + channel, pixel, g + run);
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const to = target + <usize>((ky + i) * wide + kx + j) * pixel + channel;
              v128.store(to, f32x4.add(v128.load(to), v128.load(SUMS + (<usize>(i * 3 + j) << 4))));
            }
          }
        }
      }
    }
  }
}

/** Four channels along a row: the products with nine pixels around each. */
function sumNine(p: usize, q: usize, r: usize, first: usize, second: usize, g: usize, pixel: usize, end: usize): void {
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, h = zero, i = zero, j = zero;
  while (g < end) {
    const k = v128.load(g);
    a = madd(v128.load(p), k, a);
    b = madd(v128.load(p + first), k, b);
    c = madd(v128.load(p + second), k, c);
    d = madd(v128.load(q), k, d);
    e = madd(v128.load(q + first), k, e);
    f = madd(v128.load(q + second), k, f);
    h = madd(v128.load(r), k, h);
    i = madd(v128.load(r + first), k, i);
    j = madd(v128.load(r + second), k, j);
    p += pixel;
    q += pixel;
    r += pixel;
    g += pixel;
  }
  v128.store(SUMS, a, 0); v128.store(SUMS, b, 16); v128.store(SUMS, c, 32);
  v128.store(SUMS, d, 48); v128.store(SUMS, e, 64); v128.store(SUMS, f, 80);
  v128.store(SUMS, h, 96); v128.store(SUMS, i, 112); v128.store(SUMS, j, 128);
}

/** A kernel of one row: up to seven taps at a time, each pixel of the gradient read once for them. */
function addRow(source: Plane, gradient: Plane, target: usize, wide: i32): void {
  const pixel = <usize>source.pixel;
  const run = <usize>gradient.width * pixel;
  for (let kx = 0; kx < wide; kx += 7) {
    const columns = min(7, wide - kx);
    const to = target + <usize>kx * pixel;
    for (let y = 0; y < gradient.height; y++) {
      const p = rowOf(source, y) + <usize>(kx - (wide >> 1)) * pixel, g = rowOf(gradient, y);
      for (let channel: usize = 0; channel < pixel; channel += 16) {
        sumSeven(p + channel, pixel, columns, g + channel, g + run);
        for (let i: usize = 0; i < <usize>columns; i++) {
          const tap = to + i * pixel + channel;
          v128.store(tap, f32x4.add(v128.load(tap), v128.load(SUMS + (i << 4))));
        }
      }
    }
  }
}

/** Four channels along a row: the products with up to seven pixels in a row; those beyond are the last one's again. */
function sumSeven(p: usize, pixel: usize, columns: i32, g: usize, end: usize): void {
  const most = <usize>(columns - 1) * pixel;
  const p1 = min(pixel, most), p2 = min(pixel << 1, most), p3 = min(pixel * 3, most);
  const p4 = min(pixel << 2, most), p5 = min(pixel * 5, most), p6 = min(pixel * 6, most);
  const zero = f32x4.splat(0);
  let a = zero, b = zero, c = zero, d = zero, e = zero, f = zero, h = zero;
  while (g < end) {
    const k = v128.load(g);
    a = madd(v128.load(p), k, a);
    b = madd(v128.load(p + p1), k, b);
    c = madd(v128.load(p + p2), k, c);
    d = madd(v128.load(p + p3), k, d);
    e = madd(v128.load(p + p4), k, e);
    f = madd(v128.load(p + p5), k, f);
    h = madd(v128.load(p + p6), k, h);
    p += pixel;
    g += pixel;
  }
  v128.store(SUMS, a, 0); v128.store(SUMS, b, 16); v128.store(SUMS, c, 32); v128.store(SUMS, d, 48);
  v128.store(SUMS, e, 64); v128.store(SUMS, f, 80); v128.store(SUMS, h, 96);
}

function addTapsOfOne(source: Plane, gradient: Plane, target: usize, tall: i32, wide: i32): void {
  for (let ky = 0; ky < tall; ky++) {
    for (let kx = 0; kx < wide; kx++) {
      const sum = sumShifted(source, gradient, ky - (tall >> 1), kx - (wide >> 1));
      const to = target + (<usize>(ky * wide + kx) << 2);
      store<f32>(to, load<f32>(to) + sum);
    }
  }
}

/** Σ of the gradient's numbers by the source's, which lie `down` rows and `right` columns from them. */
function sumShifted(source: Plane, gradient: Plane, down: i32, right: i32): f32 {
  const run = <usize>gradient.width << 2, rest = run & 15, whole = run - rest;
  let total = f32x4.splat(0);
  for (let y = 0; y < gradient.height; y++) {
    const p = rowOf(source, y + down) + <usize>(right << 2), g = rowOf(gradient, y);
    let sum = f32x4.splat(0);
    for (let i: usize = 0; i < whole; i += 16) sum = madd(v128.load(p + i), v128.load(g + i), sum);
    if (rest) sum = madd(loadTail(p + whole, rest), loadTail(g + whole, rest), sum);
    total = f32x4.add(total, sum);
  }
  return f32x4.extract_lane(sumLanes(total, total, total, total), 0);
}
