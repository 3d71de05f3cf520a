/** The squared difference of two windows. */

/** Sum over the windows, exact for rows of up to 2^15 bytes. */
export function squareDifference(
  a: usize, aStride: usize, b: usize, bStride: usize, width: i32, height: i32,
): f64 {
  let total: f64 = 0;
  const whole = width & ~15;
  for (let y = 0; y < height; y++) {
    let sums = i32x4.splat(0);
    let rest: i32 = 0;
    for (let x = 0; x < whole; x += 16) {
      const p = v128.load(a + <usize>x), q = v128.load(b + <usize>x);
      const low = i16x8.sub(i16x8.extend_low_i8x16_u(p), i16x8.extend_low_i8x16_u(q));
      const high = i16x8.sub(i16x8.extend_high_i8x16_u(p), i16x8.extend_high_i8x16_u(q));
      sums = i32x4.add(sums, i32x4.add(i32x4.dot_i16x8_s(low, low), i32x4.dot_i16x8_s(high, high)));
    }
    for (let x = whole; x < width; x++) {
      const difference = <i32>load<u8>(a + <usize>x) - <i32>load<u8>(b + <usize>x);
      rest += difference * difference;
    }
    total += <f64>(rest + i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3));
    a += aStride;
    b += bStride;
  }
  return total;
}

/** The same of windows of 16-bit words, exact as far as floats of 64 bits are. Strides are in bytes. */
export function squareDifferenceOfWords(
  a: usize, aStride: usize, b: usize, bStride: usize, width: i32, height: i32,
): f64 {
  let total: f64 = 0;
  for (let y = 0; y < height; y++) {
    let sums = f64x2.splat(0);
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = <usize>x << 1;
      const p = i32x4.extend_low_i16x8_u(v128.load64_zero(a + at)), q = i32x4.extend_low_i16x8_u(v128.load64_zero(b + at));
      const difference = i32x4.sub(p, q);
      const low = f64x2.convert_low_i32x4_s(difference);
      const high = f64x2.convert_low_i32x4_s(v128.shuffle<i32>(difference, difference, 2, 3, 2, 3));
      sums = f64x2.add(sums, f64x2.add(f64x2.mul(low, low), f64x2.mul(high, high)));
    }
    for (; x < width; x++) {
      const at = <usize>x << 1;
      const difference = <f64>(<i32>load<u16>(a + at) - <i32>load<u16>(b + at));
      total += difference * difference;
    }
    total += f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
    a += aStride;
    b += bStride;
  }
  return total;
}
