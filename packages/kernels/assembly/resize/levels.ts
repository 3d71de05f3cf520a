/** Samples of 8 bits and of more, as floats and back. */

/** Four samples as floats. */
// @ts-ignore: decorator
@inline
export function loadFour<T>(from: usize): v128 {
  if (sizeof<T>() == 2) return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(v128.load64_zero(from)));
  return f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(from))));
}

/** Four values as samples, cut off to whole ones; saturating all the way: below 0 is 0, above 255 (of words: `most`) is that. */
// @ts-ignore: decorator
@inline
export function storeLevels<T>(to: usize, values: v128, most: f32): void {
  if (sizeof<T>() == 2) {
    const whole = i32x4.trunc_sat_f32x4_u(f32x4.min(values, f32x4.splat(most)));
    v128.store_lane<u64>(to, i16x8.narrow_i32x4_u(whole, whole), 0);
  } else {
    const whole = i32x4.trunc_sat_f32x4_u(values);
    const half = i16x8.narrow_i32x4_u(whole, whole);
    v128.store_lane<u32>(to, i8x16.narrow_i16x8_u(half, half), 0);
  }
}
