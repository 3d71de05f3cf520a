/** The squared difference of two windows of bytes. */

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
