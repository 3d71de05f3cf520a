/**
 * Exponential function, logarithm and logistic function in four lanes. Each reduces its argument by a power of two and
 * sums a polynomial whose largest relative error over what is left is the least that its degree allows (below 1e-8).
 */

import { madd, nmadd } from "../../simd";

/**
 * Constants in memory: V8 would put others together anew for every vector, in three instructions each.
 *
 * ln 2 in two parts, the first with so few bits that its product with an exponent is exact; 1 / ln 2; where to cut off.
 */
const LN2_HIGH = 0, LN2_LOW = 4, PER_LN2 = 8, MOST = 12, LEAST = 16;
/** eˣ = 1 + x + Σ EXP_k xᵏ between ±½ ln 2. */
const EXP_2 = 20, EXP_3 = 24, EXP_4 = 28, EXP_5 = 32, EXP_6 = 36;
/** ln(1 + x) = x - x²/2 + Σ LOG_k xᵏ, 1 + x between √½ and √2. */
const LOG_3 = 40, LOG_4 = 44, LOG_5 = 48, LOG_6 = 52, LOG_7 = 56, LOG_8 = 60, LOG_9 = 64, LOG_10 = 68;
const ONE = 72, HALF = 76, ROUNDER = 80;
const TABLE = memory.data<f32>([
  0.693359375, -2.12194440e-4, 1.4426950408889634, 89, -104,
  0.49999994, 0.1666652, 0.041668393, 0.008368781, 0.0013814467,
  0.3333333134651184, -0.2500081956386566, 0.20001226663589478, -0.16623356938362122,
  0.14201757311820984, -0.13160182535648346, 0.1276157647371292, -0.07634496688842773,
  1, 0.5, 12582912,
]);

// @ts-ignore: decorator
@inline
export function constant(at: usize): v128 {
  return v128.load_splat<f32>(TABLE + at);
}

/** eˣ: infinite from 88.73 on, with the numbers below the smallest normal one 0 from -104 on. */
// @ts-ignore: decorator
@inline
export function exponential(value: v128): v128 {
  // the bound second, so that a NaN stays one
  const x = f32x4.pmax(f32x4.pmin(value, constant(MOST)), constant(LEAST));
  // at 1.5 · 2²³ floats lie 1 apart: adding it rounds, and leaves the whole number in the low bits
  const shifted = madd(x, constant(PER_LN2), constant(ROUNDER)), n = f32x4.sub(shifted, constant(ROUNDER));
  const r = nmadd(n, constant(LN2_LOW), nmadd(n, constant(LN2_HIGH), x));
  let p = madd(r, constant(EXP_6), constant(EXP_5));
  p = madd(r, p, constant(EXP_4));
  p = madd(r, p, constant(EXP_3));
  p = madd(r, p, constant(EXP_2));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), constant(ONE));
  // 2ⁿ in two factors: n goes from -150 to 128, beyond a float's exponents
  const whole = i32x4.sub(shifted, constant(ROUNDER)), half = i32x4.shr_s(whole, 1);
  return f32x4.mul(f32x4.mul(p, powerOfTwo(half)), powerOfTwo(i32x4.sub(whole, half)));
}

/** ln x of normal numbers; -∞ at 0 and below the smallest normal one, NaN below 0. */
// @ts-ignore: decorator
@inline
export function logarithm(x: v128): v128 {
  // x = 2ⁿ · (1 + f), 1 + f from √½ to √2: the bits of √½ taken off first carry into the exponent
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3));
  const n = f32x4.convert_i32x4_s(i32x4.shr_s(shifted, 23));
  const mantissa = i32x4.add(v128.and(shifted, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3));
  const f = f32x4.sub(mantissa, constant(ONE));
  const square = f32x4.mul(f, f);
  let p = madd(f, constant(LOG_10), constant(LOG_9));
  p = madd(f, p, constant(LOG_8));
  p = madd(f, p, constant(LOG_7));
  p = madd(f, p, constant(LOG_6));
  p = madd(f, p, constant(LOG_5));
  p = madd(f, p, constant(LOG_4));
  p = madd(f, p, constant(LOG_3));
  let y = f32x4.mul(f32x4.mul(f, square), p);
  y = madd(n, constant(LN2_LOW), y);
  y = nmadd(constant(HALF), square, y);
  y = madd(n, constant(LN2_HIGH), f32x4.add(f, y));
  // what is no normal number: ∞ and NaN stay, others have no logarithm or an infinite one
  y = v128.bitselect(y, x, f32x4.lt(x, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.lt(x, f32x4.splat(f32.MIN_NORMAL_VALUE)));
  return v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(x, f32x4.splat(0)));
}

/** 1 / (1 + e⁻ˣ), from the exponential of what is not positive: it does not overflow. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = constant(ONE);
  const power = exponential(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(one, power, f32x4.ge(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, power));
}

// @ts-ignore: decorator
@inline
export function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}
