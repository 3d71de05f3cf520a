/** What is added to a plane: another, or the product of two. */

import { madd } from "../../simd";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { loadTail, storeTail } from "./row-tails";

/** target += factor · first · second, number by number. */
export function multiplyAdd(first: Plane, second: Plane, target: Plane, factor: f32): void {
  const factors = f32x4.splat(factor);
  const run = <usize>target.width * <usize>target.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < target.height; y++) {
    const a = rowOf(first, y), b = rowOf(second, y), to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) {
      const scaled = f32x4.mul(factors, v128.load(a + i));
      v128.store(to + i, madd(scaled, v128.load(b + i), v128.load(to + i)));
    }
    if (rest) {
      const scaled = f32x4.mul(factors, loadTail(a + whole, rest));
      storeTail(to + whole, madd(scaled, loadTail(b + whole, rest), loadTail(to + whole, rest)), rest);
    }
  }
}

/** target += factor · source, number by number. */
export function accumulate(source: Plane, target: Plane, factor: f32): void {
  const factors = f32x4.splat(factor);
  const run = <usize>target.width * <usize>target.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < target.height; y++) {
    const from = rowOf(source, y), to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(to + i, madd(factors, v128.load(from + i), v128.load(to + i)));
    }
    if (rest) storeTail(to + whole, madd(factors, loadTail(from + whole, rest), loadTail(to + whole, rest)), rest);
  }
}
