/** How far two windows are from one another. */

/**
 * Writes the largest and the summed absolute difference, two 32-bit numbers.
 *
 * @param exact not 0: stop at the first row that differs, as nothing but "equal or not" is asked
 */
export function compareWindows(
  a: usize, aStride: usize, b: usize, bStride: usize, width: i32, height: i32, exact: i32, result: usize,
): void {
  let largest = i8x16.splat(0);
  let sums = i32x4.splat(0);
  let restLargest: i32 = 0, restSum: i32 = 0;
  const whole = width & ~15;
  for (let y = 0; y < height; y++) {
    // sixteen-bit sums hold 128 groups of two bytes: rows are summed in runs of that length
    for (let from = 0; from < whole; from += 2048) {
      let row = i16x8.splat(0);
      const end = min(from + 2048, whole);
      for (let x = from; x < end; x += 16) {
        const p = v128.load(a + <usize>x), q = v128.load(b + <usize>x);
        const difference = i8x16.sub(i8x16.max_u(p, q), i8x16.min_u(p, q));
        largest = i8x16.max_u(largest, difference);
        row = i16x8.add(row, i16x8.extadd_pairwise_i8x16_u(difference));
      }
      sums = i32x4.add(sums, i32x4.extadd_pairwise_i16x8_u(row));
    }
    for (let x = whole; x < width; x++) {
      const difference = abs<i32>(<i32>load<u8>(a + <usize>x) - <i32>load<u8>(b + <usize>x));
      restLargest = max(restLargest, difference);
      restSum += difference;
    }
    if (exact && (v128.any_true(largest) || restLargest)) break;
    a += aStride;
    b += bStride;
  }
  v128.store(result, largest);
  for (let i: usize = 0; i < 16; i++) restLargest = max(restLargest, <i32>load<u8>(result + i));
  store<i32>(result, restLargest);
  store<i32>(
    result + 4,
    restSum + i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3),
  );
}

/** The same of windows of 16-bit words: the sum as two 32-bit halves of 64 bits, the lower first. Strides are in bytes. */
export function compareWords(
  a: usize, aStride: usize, b: usize, bStride: usize, width: i32, height: i32, exact: i32, result: usize,
): void {
  let largest = i16x8.splat(0);
  let total: u64 = 0;
  let restLargest: i32 = 0;
  const whole = width & ~7;
  for (let y = 0; y < height; y++) {
    // lanes of 32 bits hold two words each of a row of up to 2^17 pixels
    let row = i32x4.splat(0);
    let rest: u32 = 0;
    for (let x = 0; x < whole; x += 8) {
      const at = <usize>x << 1;
      const p = v128.load(a + at), q = v128.load(b + at);
      const difference = i16x8.sub(i16x8.max_u(p, q), i16x8.min_u(p, q));
      largest = i16x8.max_u(largest, difference);
      row = i32x4.add(row, i32x4.extadd_pairwise_i16x8_u(difference));
    }
    for (let x = whole; x < width; x++) {
      const at = <usize>x << 1;
      const difference = abs<i32>(<i32>load<u16>(a + at) - <i32>load<u16>(b + at));
      restLargest = max(restLargest, difference);
      rest += difference;
    }
    total += <u64>rest;
    total += <u64><u32>i32x4.extract_lane(row, 0) + <u64><u32>i32x4.extract_lane(row, 1);
    total += <u64><u32>i32x4.extract_lane(row, 2) + <u64><u32>i32x4.extract_lane(row, 3);
    if (exact && (v128.any_true(largest) || restLargest)) break;
    a += aStride;
    b += bStride;
  }
  v128.store(result, largest);
  for (let i: usize = 0; i < 16; i += 2) restLargest = max(restLargest, <i32>load<u16>(result + i));
  store<i32>(result, restLargest);
  store<u64>(result + 8, total);
}
