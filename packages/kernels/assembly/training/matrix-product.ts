/** The product of two matrices of any size, each as it lies or transposed. */

import { madd } from "../simd";
import { loadTail } from "./elementwise/row-tails";
import { copyFloats } from "./movement/strided";

const FIRST_TRANSPOSED = 1;
const SECOND_TRANSPOSED = 2;

/** A block that reaches beyond the matrix: six rows of eight floats, or eight of four. */
const BLOCK = memory.data(192, 16);

/**
 * c = a · b, row-major. Blocks of six rows by eight columns stay in registers: V8 keeps their twelve sums, two vectors
 * of b and one repeated number of a in the fifteen registers that it has on x64.
 *
 * @param a `[m][k]`, or `[k][m]` when bit 1 of `transposed` is set
 * @param b `[k][n]`, or `[n][k]` when bit 2 is
 * @param c `[m][n]`, neither of them
 * @param scratch k · 8 floats: eight columns of b
 */
export function matrixProduct(
  a: usize, b: usize, c: usize, m: i32, k: i32, n: i32, transposed: i32, scratch: usize,
): void {
  const rowStep: usize = transposed & FIRST_TRANSPOSED ? 4 : <usize>k << 2;
  const step: usize = transposed & FIRST_TRANSPOSED ? <usize>m << 2 : 4;
  const row = <usize>n << 2;
  for (let column = 0; column < n; ) {
    // the last four columns or fewer are taken alone, eight rows at a time
    const width: usize = n - column > 4 ? 8 : 4;
    const columns = min(n - column, <i32>width);
    for (let i = 0; i < columns; i += 4) {
      const some = min(4, columns - i), to = scratch + (<usize>i << 2);
      if (transposed & SECOND_TRANSPOSED) packRows(b + (<usize>((column + i) * k) << 2), k, some, to, width << 2);
      else packColumns(b + (<usize>(column + i) << 2), row, k, some, to, width << 2);
    }
    const to = c + (<usize>column << 2);
    const height = width == 8 ? 6 : 8;
    for (let i = 0; i < m; i += height) {
      const from = a + <usize>i * rowStep, at = to + <usize>i * row;
      const rows = min(height, m - i);
      const whole = rows == height && columns == <i32>width;
      const target = whole ? at : BLOCK, next = whole ? row : width << 2;
      if (width == 8) multiplyEight(from, rowStep, step, rows, scratch, k, target, next);
      else multiplyFour(from, rowStep, step, rows, scratch, k, target, next);
      if (whole) continue;
      for (let j = 0; j < rows; j++) copyFloats(BLOCK + <usize>j * next, at + <usize>j * row, columns);
    }
    column += <i32>width;
  }
}

/** Four columns, or the last one to three, that lie across `k` rows of `row` bytes, into vectors `step` bytes apart. */
function packColumns(from: usize, row: usize, k: i32, columns: i32, to: usize, step: usize): void {
  const end = from + <usize>k * row;
  const rest = <usize>(columns & 3) << 2;
  for (; from < end; from += row, to += step) v128.store(to, rest ? loadTail(from, rest) : v128.load(from));
}

/** The same for columns that lie along rows. In place of missing ones the first is repeated: nothing takes it. */
function packRows(from: usize, k: i32, columns: i32, to: usize, step: usize): void {
  const row = <usize>k << 2;
  const r1 = columns > 1 ? row : 0, r2 = columns > 2 ? row << 1 : 0, r3 = columns > 3 ? row * 3 : 0;
  const end = from + row, whole = from + (<usize>(k >> 2) << 4);
  for (; from < whole; from += 16) {
    const a = v128.load(from), b = v128.load(from + r1), c = v128.load(from + r2), d = v128.load(from + r3);
    const ab = f32x4.shuffle(a, b, 0, 4, 1, 5), cd = f32x4.shuffle(c, d, 0, 4, 1, 5);
    const high = f32x4.shuffle(a, b, 2, 6, 3, 7), other = f32x4.shuffle(c, d, 2, 6, 3, 7);
    v128.store(to, f32x4.shuffle(ab, cd, 0, 1, 4, 5));
    v128.store(to + step, f32x4.shuffle(ab, cd, 2, 3, 6, 7));
    v128.store(to + (step << 1), f32x4.shuffle(high, other, 0, 1, 4, 5));
    v128.store(to + step * 3, f32x4.shuffle(high, other, 2, 3, 6, 7));
    to += step << 2;
  }
  for (; from < end; from += 4, to += step) {
    store<f32>(to, load<f32>(from), 0);
    store<f32>(to, load<f32>(from + r1), 4);
    store<f32>(to, load<f32>(from + r2), 8);
    store<f32>(to, load<f32>(from + r3), 12);
  }
}

/** The first number of row `i` of a block; the first row's where there is no such row, to be computed again. */
// @ts-ignore: decorator
@inline
export function rowAt(i: i32, first: usize, rows: i32, step: usize): usize {
  return i < rows ? first + <usize>i * step : first;
}

/**
 * One block of six rows by eight columns. A function of its own: within the loops over blocks, V8 puts a loop's loads
 * before all its sums and runs out of registers (Node 20: 18 instead of 29 GMAC/s).
 */
function multiplyEight(
  a: usize, rowStep: usize, step: usize, rows: i32, b: usize, k: i32, c: usize, row: usize,
): void {
  let p1 = rowAt(1, a, rows, rowStep), p2 = rowAt(2, a, rows, rowStep), p3 = rowAt(3, a, rows, rowStep);
  let p4 = rowAt(4, a, rows, rowStep), p5 = rowAt(5, a, rows, rowStep);
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, b0 = zero, b1 = zero, c0 = zero, c1 = zero;
  let d0 = zero, d1 = zero, e0 = zero, e1 = zero, f0 = zero, f1 = zero;
  const end = b + (<usize>k << 5);
  while (b < end) {
    const u = v128.load(b, 0), v = v128.load(b, 16);
    let s = v128.load_splat<f32>(a);
    a0 = madd(s, u, a0); a1 = madd(s, v, a1);
    s = v128.load_splat<f32>(p1);
    b0 = madd(s, u, b0); b1 = madd(s, v, b1);
    s = v128.load_splat<f32>(p2);
    c0 = madd(s, u, c0); c1 = madd(s, v, c1);
    s = v128.load_splat<f32>(p3);
    d0 = madd(s, u, d0); d1 = madd(s, v, d1);
    s = v128.load_splat<f32>(p4);
    e0 = madd(s, u, e0); e1 = madd(s, v, e1);
    s = v128.load_splat<f32>(p5);
    f0 = madd(s, u, f0); f1 = madd(s, v, f1);
    b += 32;
    a += step; p1 += step; p2 += step; p3 += step; p4 += step; p5 += step;
  }
  v128.store(c, a0, 0); v128.store(c, a1, 16);
  c += row;
  v128.store(c, b0, 0); v128.store(c, b1, 16);
  c += row;
  v128.store(c, c0, 0); v128.store(c, c1, 16);
  c += row;
  v128.store(c, d0, 0); v128.store(c, d1, 16);
  c += row;
  v128.store(c, e0, 0); v128.store(c, e1, 16);
  c += row;
  v128.store(c, f0, 0); v128.store(c, f1, 16);
}

/** One block of eight rows by four columns. */
function multiplyFour(
  a: usize, rowStep: usize, step: usize, rows: i32, b: usize, k: i32, c: usize, row: usize,
): void {
  let p1 = rowAt(1, a, rows, rowStep), p2 = rowAt(2, a, rows, rowStep), p3 = rowAt(3, a, rows, rowStep);
  let p4 = rowAt(4, a, rows, rowStep), p5 = rowAt(5, a, rows, rowStep), p6 = rowAt(6, a, rows, rowStep);
  let p7 = rowAt(7, a, rows, rowStep);
  const zero = f32x4.splat(0);
  let a0 = zero, b0 = zero, c0 = zero, d0 = zero, e0 = zero, f0 = zero, g0 = zero, h0 = zero;
  const end = b + (<usize>k << 4);
  while (b < end) {
    const u = v128.load(b);
    a0 = madd(v128.load_splat<f32>(a), u, a0);
    b0 = madd(v128.load_splat<f32>(p1), u, b0);
    c0 = madd(v128.load_splat<f32>(p2), u, c0);
    d0 = madd(v128.load_splat<f32>(p3), u, d0);
    e0 = madd(v128.load_splat<f32>(p4), u, e0);
    f0 = madd(v128.load_splat<f32>(p5), u, f0);
    g0 = madd(v128.load_splat<f32>(p6), u, g0);
    h0 = madd(v128.load_splat<f32>(p7), u, h0);
    b += 16;
    a += step; p1 += step; p2 += step; p3 += step; p4 += step; p5 += step; p6 += step; p7 += step;
  }
  v128.store(c, a0); c += row;
  v128.store(c, b0); c += row;
  v128.store(c, c0); c += row;
  v128.store(c, d0); c += row;
  v128.store(c, e0); c += row;
  v128.store(c, f0); c += row;
  v128.store(c, g0); c += row;
  v128.store(c, h0);
}
