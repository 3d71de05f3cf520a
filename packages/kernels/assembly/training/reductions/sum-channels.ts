/** The sum of every pixel's channels. */

import { madd, sumLanes } from "../../simd";
import { accumulate } from "../elementwise/multiply-add";
import { firstLanes, loadTail, storeTail } from "../elementwise/row-tails";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/**
 * Adds factor · Σ over the channels to every pixel of a plane of one channel.
 *
 * @param channels how many of a pixel's channels count; the others may hold anything
 */
export function sumChannels(source: Plane, channels: i32, target: Plane, factor: f32): void {
  if (source.pixel == 4) return accumulate(source, target, factor);
  const zero = f32x4.splat(0), factors = f32x4.splat(factor);
  const pixel = <usize>source.pixel;
  // all vectors but the last count in full
  const last = <usize>((channels - 1) >> 2) << 4;
  const lanes = firstLanes(channels - <i32>(last >> 2));
  const rest = source.width & 3, whole = source.width - rest;
  for (let y = 0; y < source.height; y++) {
    let p = rowOf(source, y), to = rowOf(target, y);
    for (let x = 0; x < whole; x += 4) {
      const q = p + (pixel << 1);
      const a = sumVectors(p, last, lanes), b = sumVectors(p + pixel, last, lanes);
      const c = sumVectors(q, last, lanes), d = sumVectors(q + pixel, last, lanes);
      v128.store(to, madd(factors, sumLanes(a, b, c, d), v128.load(to)));
      p += pixel << 2;
      to += 16;
    }
    if (rest) {
      const a = sumVectors(p, last, lanes);
      const b = rest > 1 ? sumVectors(p + pixel, last, lanes) : zero;
      const c = rest > 2 ? sumVectors(p + (pixel << 1), last, lanes) : zero;
      const bytes = <usize>rest << 2;
      storeTail(to, madd(factors, sumLanes(a, b, c, zero), loadTail(to, bytes)), bytes);
    }
  }
}

// @ts-ignore: decorator
@inline
export function sumVectors(pixel: usize, last: usize, lanes: v128): v128 {
  let sum = v128.and(v128.load(pixel + last), lanes);
  for (let i: usize = 0; i < last; i += 16) sum = f32x4.add(sum, v128.load(pixel + i));
  return sum;
}
