/** An orthonormal basis in place of a square matrix's rows, by Gram and Schmidt's way. */

import { madd } from "../simd";

/** A row this short was zero but for rounding. */
const NOTHING: f32 = 1e-30;
/** Rows are gone over again until they keep this part of their length: what they lost was rounding then. */
const KEPT: f32 = 0.5;

/**
 * Every row is freed of its parts along the rows above it and brought to length 1. Where nothing of a row remains, a
 * unit vector takes its place, that of the row's own index where it can be.
 *
 * @param matrix float32, `[count][count]`
 * @param count a multiple of 4
 */
export function orthonormalizeRows(matrix: usize, count: i32): void {
  const bytes = <usize>count << 2;
  for (let i = 0; i < count; i++) {
    const row = matrix + <usize>i * bytes;
    // one of the unit vectors lies outside the rows above, so this ends
    for (let attempt = 0; ; attempt++) {
      const length = Mathf.sqrt(dot(row, row, bytes));
      if (length > NOTHING) {
        multiplyRow(row, 1 / length, bytes);
      } else {
        memory.fill(row, 0, bytes);
        store<f32>(row + (<usize>((i + attempt) % count) << 2), 1);
      }
      for (let above = matrix; above < row; above += bytes) subtractPart(row, above, dot(row, above, bytes), bytes);
      const left = Mathf.sqrt(dot(row, row, bytes));
      if (!(left >= KEPT)) continue;
      multiplyRow(row, 1 / left, bytes);
      break;
    }
  }
}

function dot(a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let i: usize = 0; i < bytes; i += 16) sum = madd(v128.load(a + i), v128.load(b + i), sum);
  return (f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1))
    + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

function multiplyRow(row: usize, factor: f32, bytes: usize): void {
  const factors = f32x4.splat(factor);
  for (let i: usize = 0; i < bytes; i += 16) v128.store(row + i, f32x4.mul(v128.load(row + i), factors));
}

function subtractPart(row: usize, direction: usize, part: f32, bytes: usize): void {
  const parts = f32x4.splat(-part);
  for (let i: usize = 0; i < bytes; i += 16)
    v128.store(row + i, madd(parts, v128.load(direction + i), v128.load(row + i)));
}
