/** A plane's numbers with another plane's, or with ones that are repeated over pixels, over channels or over both. */

import { madd, nmadd } from "../../simd";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { Binary, Operand } from "./codes";
import { sigmoid } from "./exponential";
import { loadTail, storeTail } from "./row-tails";

/**
 * target = first op second, the padding channels too: of zeros divided by zeros it makes NaN.
 *
 * @param op one of {@link Binary}
 * @param operand one of {@link Operand}: what `second` is the address of. A plane of the first's size; a plane of one
 * channel for all; one float a channel, padded to a multiple of four; one float
 * @param target may be the first plane, or the second
 */
export function binary(op: i32, operand: i32, first: Plane, second: usize, target: Plane): void {
  switch (op) {
    case Binary.ADD: return combine<Add>(operand, first, second, target);
    case Binary.SUBTRACT: return combine<Subtract>(operand, first, second, target);
    case Binary.MULTIPLY: return combine<Multiply>(operand, first, second, target);
    case Binary.DIVIDE: return combine<Divide>(operand, first, second, target);
    case Binary.SUBTRACT_FROM: return combine<SubtractFrom>(operand, first, second, target);
    case Binary.DIVIDE_INTO: return combine<DivideInto>(operand, first, second, target);
    case Binary.SILU_GRADIENT: return combine<SiluGradient>(operand, first, second, target);
    default: unreachable();
  }
}

// a class without fields for each, as in unary.ts
@unmanaged class Add { @inline of(x: v128, y: v128): v128 { return f32x4.add(x, y); } }
@unmanaged class Subtract { @inline of(x: v128, y: v128): v128 { return f32x4.sub(x, y); } }
@unmanaged class Multiply { @inline of(x: v128, y: v128): v128 { return f32x4.mul(x, y); } }
@unmanaged class Divide { @inline of(x: v128, y: v128): v128 { return f32x4.div(x, y); } }
@unmanaged class SubtractFrom { @inline of(x: v128, y: v128): v128 { return f32x4.sub(y, x); } }
@unmanaged class DivideInto { @inline of(x: v128, y: v128): v128 { return f32x4.div(y, x); } }
@unmanaged class SiluGradient { @inline of(x: v128, y: v128): v128 { return siluGradient(x, y); } }

/** What y receives where y · σ(y) receives x: x · (σ + y · (σ - σ²)). */
// @ts-ignore: decorator
@inline
export function siluGradient(x: v128, y: v128): v128 {
  const s = sigmoid(y);
  return f32x4.mul(x, madd(y, nmadd(s, s, s), s));
}

function combine<T>(operand: i32, first: Plane, second: usize, target: Plane): void {
  // with one channel, what is repeated over channels is a plane, and what has one float a channel is one number
  const single = first.pixel == 4;
  if (operand == Operand.PLANE || (single && operand == Operand.PIXEL)) {
    withPlane<T>(first, changetype<Plane>(second), target);
  } else if (operand == Operand.NUMBER || (single && operand == Operand.CHANNEL)) {
    withNumber<T>(first, v128.load_splat<f32>(second), target);
  } else if (operand == Operand.CHANNEL) {
    withChannels<T>(first, second, target);
  } else {
    withPixels<T>(first, changetype<Plane>(second), target);
  }
}

function withPlane<T>(first: Plane, second: Plane, target: Plane): void {
  const run = <usize>first.width * <usize>first.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < first.height; y++) {
    const from = rowOf(first, y), other = rowOf(second, y), to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) {
      v128.store(to + i, changetype<T>(0).of(v128.load(from + i), v128.load(other + i)));
    }
    if (rest) {
      const value = changetype<T>(0).of(loadTail(from + whole, rest), loadTail(other + whole, rest));
      storeTail(to + whole, value, rest);
    }
  }
}

function withNumber<T>(first: Plane, value: v128, target: Plane): void {
  const run = <usize>first.width * <usize>first.pixel;
  const rest = run & 15, whole = run - rest;
  for (let y = 0; y < first.height; y++) {
    const from = rowOf(first, y), to = rowOf(target, y);
    for (let i: usize = 0; i < whole; i += 16) v128.store(to + i, changetype<T>(0).of(v128.load(from + i), value));
    if (rest) storeTail(to + whole, changetype<T>(0).of(loadTail(from + whole, rest), value), rest);
  }
}

function withChannels<T>(first: Plane, second: usize, target: Plane): void {
  const pixel = <usize>first.pixel;
  const run = <usize>first.width * pixel;
  for (let y = 0; y < first.height; y++) {
    const from = rowOf(first, y), to = rowOf(target, y);
    for (let channel: usize = 0; channel < pixel; channel += 16) {
      const value = v128.load(second + channel);
      for (let i = channel; i < run; i += pixel) v128.store(to + i, changetype<T>(0).of(v128.load(from + i), value));
    }
  }
}

function withPixels<T>(first: Plane, second: Plane, target: Plane): void {
  const pixel = <usize>first.pixel;
  const run = <usize>first.width * pixel;
  for (let y = 0; y < first.height; y++) {
    const from = rowOf(first, y), to = rowOf(target, y);
    let other = rowOf(second, y);
    for (let i: usize = 0; i < run; other += 4) {
      const value = v128.load_splat<f32>(other);
      for (const end = i + pixel; i < end; i += 16) {
        v128.store(to + i, changetype<T>(0).of(v128.load(from + i), value));
      }
    }
  }
}
