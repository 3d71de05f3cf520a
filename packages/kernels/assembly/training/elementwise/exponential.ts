/**
 * Exponential function, logarithm and logistic function in four lanes. Each reduces its argument by a power of two and
 * sums a polynomial whose largest relative error over what is left is the least that its degree allows (below 1e-8).
 */

import { madd, nmadd } from "../../simd";

/** ln 2 in two parts: the first has so few bits that its product with an exponent is exact. */
const LN2_HIGH: f32 = 0.693359375;
const LN2_LOW: f32 = -2.12194440e-4;
/** eˣ = 1 + x + Σ EXP_k xᵏ between ±½ ln 2. */
const EXP_2: f32 = 0.49999994;
const EXP_3: f32 = 0.1666652;
const EXP_4: f32 = 0.041668393;
const EXP_5: f32 = 0.008368781;
const EXP_6: f32 = 0.0013814467;
/** ln(1 + x) = x - x²/2 + Σ LOG_k xᵏ, 1 + x between √½ and √2. */
const LOG_3: f32 = 0.3333333134651184;
const LOG_4: f32 = -0.2500081956386566;
const LOG_5: f32 = 0.20001226663589478;
const LOG_6: f32 = -0.16623356938362122;
const LOG_7: f32 = 0.14201757311820984;
const LOG_8: f32 = -0.13160182535648346;
const LOG_9: f32 = 0.1276157647371292;
const LOG_10: f32 = -0.07634496688842773;

/** eˣ: infinite from 88.73 on, with the numbers below the smallest normal one 0 from -104 on. */
// @ts-ignore: decorator
@inline
export function exponential(value: v128): v128 {
  // the bound second, so that a NaN stays one
  const x = f32x4.pmax(f32x4.pmin(value, f32x4.splat(89)), f32x4.splat(-104));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.4426950408889634)));
  const r = nmadd(n, f32x4.splat(LN2_LOW), nmadd(n, f32x4.splat(LN2_HIGH), x));
  let p = madd(r, f32x4.splat(EXP_6), f32x4.splat(EXP_5));
  p = madd(r, p, f32x4.splat(EXP_4));
  p = madd(r, p, f32x4.splat(EXP_3));
  p = madd(r, p, f32x4.splat(EXP_2));
  p = f32x4.add(madd(f32x4.mul(r, r), p, r), f32x4.splat(1));
  // 2ⁿ in two factors: n goes from -150 to 128, beyond a float's exponents
  const whole = i32x4.trunc_sat_f32x4_s(n), half = i32x4.shr_s(whole, 1);
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
  const f = f32x4.sub(mantissa, f32x4.splat(1));
  const square = f32x4.mul(f, f);
  let p = madd(f, f32x4.splat(LOG_10), f32x4.splat(LOG_9));
  p = madd(f, p, f32x4.splat(LOG_8));
  p = madd(f, p, f32x4.splat(LOG_7));
  p = madd(f, p, f32x4.splat(LOG_6));
  p = madd(f, p, f32x4.splat(LOG_5));
  p = madd(f, p, f32x4.splat(LOG_4));
  p = madd(f, p, f32x4.splat(LOG_3));
  let y = f32x4.mul(f32x4.mul(f, square), p);
  y = madd(n, f32x4.splat(LN2_LOW), y);
  y = nmadd(f32x4.splat(0.5), square, y);
  y = madd(n, f32x4.splat(LN2_HIGH), f32x4.add(f, y));
  // what is no normal number: ∞ and NaN stay, others have no logarithm or an infinite one
  y = v128.bitselect(y, x, f32x4.lt(x, f32x4.splat(Infinity)));
  y = v128.bitselect(f32x4.splat(-Infinity), y, f32x4.lt(x, f32x4.splat(f32.MIN_NORMAL_VALUE)));
  return v128.bitselect(f32x4.splat(NaN), y, f32x4.lt(x, f32x4.splat(0)));
}

/** 1 / (1 + e⁻ˣ), from the exponential of what is not positive: it does not overflow. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  const power = exponential(f32x4.neg(f32x4.abs(x)));
  const numerator = v128.bitselect(one, power, f32x4.ge(x, f32x4.splat(0)));
  return f32x4.div(numerator, f32x4.add(one, power));
}

// @ts-ignore: decorator
@inline
function powerOfTwo(n: v128): v128 {
  return i32x4.shl(i32x4.add(n, i32x4.splat(127)), 23);
}
