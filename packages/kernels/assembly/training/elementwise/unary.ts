/** One plane's numbers, each by itself, into another's. */

import { madd } from "../../simd";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { Unary } from "./codes";
import { exponential, logarithm, sigmoid } from "./exponential";
import { loadTail, storeTail } from "./row-tails";

/**
 * target = op(source), the padding channels' zeros too: eˣ makes ones of them.
 *
 * @param op one of {@link Unary}
 * @param source of the target's size; may be the target
 * @param a what clips and comparisons begin at, what the affine map multiplies by, what is filled with, or the
 * Charbonnier function's ε
 * @param b where they end, or what the affine map adds
 */
export function unary(op: i32, source: Plane, target: Plane, a: f32, b: f32): void {
  switch (op) {
    case Unary.COPY: return copyRows(source, target);
    case Unary.RELU: return mapRows<Relu>(source, target, a, b);
    case Unary.ABSOLUTE: return mapRows<Absolute>(source, target, a, b);
    case Unary.SQUARE_ROOT: return mapRows<SquareRoot>(source, target, a, b);
    case Unary.EXPONENTIAL: return mapRows<Exponential>(source, target, a, b);
    case Unary.LOGARITHM: return mapRows<Logarithm>(source, target, a, b);
    case Unary.SIGMOID: return mapRows<Sigmoid>(source, target, a, b);
    case Unary.SIGN: return mapRows<Sign>(source, target, a, b);
    case Unary.IS_POSITIVE: return mapRows<IsPositive>(source, target, a, b);
    case Unary.IS_WITHIN: return mapRows<IsWithin>(source, target, a, b);
    case Unary.CLIP: return mapRows<Clip>(source, target, a, b);
    case Unary.AFFINE: return mapRows<Affine>(source, target, a, b);
    case Unary.SQUARE: return mapRows<Square>(source, target, a, b);
    case Unary.CHARBONNIER: return mapRows<Charbonnier>(source, target, a, b);
    case Unary.SILU: return mapRows<Silu>(source, target, a, b);
    case Unary.FILL: return fillRows(target, a);
    default: unreachable();
  }
}

// An operation is a class without fields, so that a loop is compiled for each and what it computes is part of the loop.
// Bounds stand second: of a NaN and a bound, pmin and pmax take the first.
@unmanaged class Relu { @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.pmax(x, f32x4.splat(0)); } }
@unmanaged class Absolute { @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.abs(x); } }
@unmanaged class SquareRoot { @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.sqrt(x); } }
@unmanaged class Exponential { @inline of(x: v128, a: v128, b: v128): v128 { return exponential(x); } }
@unmanaged class Logarithm { @inline of(x: v128, a: v128, b: v128): v128 { return logarithm(x); } }
@unmanaged class Sigmoid { @inline of(x: v128, a: v128, b: v128): v128 { return sigmoid(x); } }
@unmanaged class Silu { @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.mul(x, sigmoid(x)); } }
@unmanaged class Sign { @inline of(x: v128, a: v128, b: v128): v128 { return signOf(x); } }
@unmanaged class IsPositive {
  @inline of(x: v128, a: v128, b: v128): v128 { return oneWhere(f32x4.gt(x, f32x4.splat(0))); }
}
@unmanaged class IsWithin {
  @inline of(x: v128, a: v128, b: v128): v128 { return oneWhere(v128.and(f32x4.le(a, x), f32x4.le(x, b))); }
}
@unmanaged class Clip { @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.pmin(f32x4.pmax(x, a), b); } }
@unmanaged class Affine { @inline of(x: v128, a: v128, b: v128): v128 { return madd(a, x, b); } }
@unmanaged class Square { @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.mul(x, x); } }
@unmanaged class Charbonnier {
  @inline of(x: v128, a: v128, b: v128): v128 { return f32x4.sqrt(madd(x, x, f32x4.mul(a, a))); }
}

/** -1, 0 or 1. */
// @ts-ignore: decorator
@inline
export function signOf(x: v128): v128 {
  const zero = f32x4.splat(0);
  const above = v128.and(f32x4.gt(x, zero), f32x4.splat(1));
  return v128.or(above, v128.and(f32x4.lt(x, zero), f32x4.splat(-1)));
}

// @ts-ignore: decorator
@inline
export function oneWhere(condition: v128): v128 {
  return v128.and(condition, f32x4.splat(1));
}

function mapRows<T>(source: Plane, target: Plane, a: f32, b: f32): void {
  const first = f32x4.splat(a), second = f32x4.splat(b);
  const run = <usize>target.width * <usize>target.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < target.height; y++) {
    const from = rowOf(source, y), to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(to + i, changetype<T>(0).of(v128.load(from + i), first, second));
    }
    if (rest) storeTail(to + whole, changetype<T>(0).of(loadTail(from + whole, rest), first, second), rest);
  }
}

function copyRows(source: Plane, target: Plane): void {
  const run = <usize>target.width * <usize>target.pixel;
  for (let y = 0; y < target.height; y++) memory.copy(rowOf(target, y), rowOf(source, y), run);
}

function fillRows(target: Plane, value: f32): void {
  const values = f32x4.splat(value);
  const run = <usize>target.width * <usize>target.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < target.height; y++) {
    const to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) v128.store(to + i, values);
    if (rest) storeTail(to + whole, values, rest);
  }
}
