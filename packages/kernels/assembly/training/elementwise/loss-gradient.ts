/** The gradient of what the differences of two planes cost. */

import { madd } from "../../simd";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { Loss } from "./codes";
import { loadTail, storeTail } from "./row-tails";
import { signOf } from "./unary";

/**
 * target = factor · the derivative by d = first - second. Where both padding channels are zeros it is zero.
 *
 * @param kind one of {@link Loss}: the derivative is the sign of d, 2d or d / √(d² + a²)
 * @param target may be the first plane or the second
 * @param a above 0 for the Charbonnier function
 * @param factor the address of one float
 */
export function lossGradient(kind: i32, first: Plane, second: Plane, target: Plane, a: f32, factor: usize): void {
  switch (kind) {
    case Loss.ABSOLUTE: return mapDifferences<Absolute>(first, second, target, a, factor);
    case Loss.SQUARED: return mapDifferences<Squared>(first, second, target, a, factor);
    case Loss.CHARBONNIER: return mapDifferences<Charbonnier>(first, second, target, a, factor);
    default: unreachable();
  }
}

// a class without fields for each, as in unary.ts
@unmanaged class Absolute { @inline of(d: v128, square: v128): v128 { return signOf(d); } }
@unmanaged class Squared { @inline of(d: v128, square: v128): v128 { return f32x4.add(d, d); } }
@unmanaged class Charbonnier {
  @inline of(d: v128, square: v128): v128 { return f32x4.div(d, f32x4.sqrt(madd(d, d, square))); }
}

function mapDifferences<T>(first: Plane, second: Plane, target: Plane, a: f32, factor: usize): void {
  const square = f32x4.splat(a * a), factors = v128.load_splat<f32>(factor);
  const run = <usize>first.width * <usize>first.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < first.height; y++) {
    const p = rowOf(first, y), q = rowOf(second, y), to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) {
      const difference = f32x4.sub(v128.load(p + i), v128.load(q + i));
      v128.store(to + i, f32x4.mul(factors, changetype<T>(0).of(difference, square)));
    }
    if (rest) {
      const difference = f32x4.sub(loadTail(p + whole, rest), loadTail(q + whole, rest));
      storeTail(to + whole, f32x4.mul(factors, changetype<T>(0).of(difference, square)), rest);
    }
  }
}
