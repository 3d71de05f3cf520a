/** Sums over all numbers of a plane or of two: of the numbers, their products, or what their differences cost. */

import { Loss } from "../elementwise/codes";
import { firstLanes, loadTail } from "../elementwise/row-tails";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/** Vectors summed as floats before the sum goes on in double precision. */
const CHUNK: usize = 64;

/**
 * Adds factor · Σ of all numbers to one float.
 *
 * @param channels how many of a pixel's channels count; the others may hold anything
 */
export function sumAll(source: Plane, channels: i32, target: usize, factor: f32): void {
  addTo(target, factor, sumRows<Numbers>(source, source, channels, 0));
}

/** Adds factor · Σ first · second to one float. */
export function sumProducts(first: Plane, second: Plane, channels: i32, target: usize, factor: f32): void {
  addTo(target, factor, sumRows<Products>(first, second, channels, 0));
}

/**
 * Adds factor · Σ of what the differences d = first - second cost to one float.
 *
 * @param kind one of {@link Loss}: |d|, d² or √(d² + a²)
 */
export function sumLoss(
  kind: i32, first: Plane, second: Plane, channels: i32, a: f32, target: usize, factor: f32,
): void {
  switch (kind) {
    case Loss.ABSOLUTE: return addTo(target, factor, sumRows<Absolute>(first, second, channels, a));
    case Loss.SQUARED: return addTo(target, factor, sumRows<Squared>(first, second, channels, a));
    case Loss.CHARBONNIER: return addTo(target, factor, sumRows<Charbonnier>(first, second, channels, a));
    default: unreachable();
  }
}

// @ts-ignore: decorator
@inline
export function addTo(target: usize, factor: f32, sum: f64): void {
  store<f32>(target, <f32>(<f64>load<f32>(target) + <f64>factor * sum));
}

// a class without fields for each, as in elementwise/unary.ts
@unmanaged class Numbers { @inline of(x: v128, y: v128, square: v128): v128 { return x; } }
@unmanaged class Products { @inline of(x: v128, y: v128, square: v128): v128 { return f32x4.mul(x, y); } }
@unmanaged class Absolute { @inline of(x: v128, y: v128, square: v128): v128 { return f32x4.abs(f32x4.sub(x, y)); } }
@unmanaged class Squared { @inline of(x: v128, y: v128, square: v128): v128 { return squareOf(f32x4.sub(x, y)); } }
@unmanaged class Charbonnier {
  @inline of(x: v128, y: v128, square: v128): v128 { return f32x4.sqrt(f32x4.add(squareOf(f32x4.sub(x, y)), square)); }
}

// @ts-ignore: decorator
@inline
export function squareOf(x: v128): v128 {
  return f32x4.mul(x, x);
}

function sumRows<T>(first: Plane, second: Plane, channels: i32, a: f32): f64 {
  const pixel = <usize>first.pixel;
  const run = <usize>first.width * pixel;
  const square = f32x4.splat(a * a);
  let low = f64x2.splat(0), high = low;
  // a pixel without padding channels is as long as they are: then rows are read from end to end
  const dense = pixel == <usize>channels << 2;
  const step: usize = dense ? 16 : pixel;
  const groups = dense ? 1 : (channels + 3) >> 2;
  const rest = dense ? run & 15 : 0;
  const end = run - rest;
  for (let y = 0; y < first.height; y++) {
    const p = rowOf(first, y), q = rowOf(second, y);
    for (let group = 0; group < groups; group++) {
      const lanes = dense ? i32x4.splat(-1) : firstLanes(channels - (group << 2));
      for (let i = <usize>group << 4; i < end; ) {
        const stop = min(end, i + CHUNK * step);
        let even = f32x4.splat(0), odd = even;
        for (; i + step < stop; i += step << 1) {
          const next = i + step;
          even = f32x4.add(even, v128.and(changetype<T>(0).of(v128.load(p + i), v128.load(q + i), square), lanes));
          odd = f32x4.add(odd, v128.and(changetype<T>(0).of(v128.load(p + next), v128.load(q + next), square), lanes));
        }
        if (i < stop) {
          even = f32x4.add(even, v128.and(changetype<T>(0).of(v128.load(p + i), v128.load(q + i), square), lanes));
          i += step;
        }
        const sum = f32x4.add(even, odd);
        low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
        high = f64x2.add(high, f64x2.promote_low_f32x4(i32x4.shuffle(sum, sum, 2, 3, 2, 3)));
      }
    }
    if (rest) {
      const some = changetype<T>(0).of(loadTail(p + end, rest), loadTail(q + end, rest), square);
      const sum = v128.and(some, firstLanes(<i32>rest >> 2));
      low = f64x2.add(low, f64x2.promote_low_f32x4(sum));
      high = f64x2.add(high, f64x2.promote_low_f32x4(i32x4.shuffle(sum, sum, 2, 3, 2, 3)));
    }
  }
  const total = f64x2.add(low, high);
  return f64x2.extract_lane(total, 0) + f64x2.extract_lane(total, 1);
}
