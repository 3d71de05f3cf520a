/**
 * Winograd F(4×4, 3×3) and F(2×2, 5×5), input side: V = Bᵀ d B of every 6×6 tile d (Lavin and Gray, 2015, section 4),
 * with the interpolation points 0, ±1, ±2, ∞. Columns first, over whole rows: neighbouring tiles share some.
 */

import { madd, nmadd } from "../simd";

/**
 * Bᵀ down the columns of six rows.
 *
 * @param rows six addresses; `bytes` of each are read
 * @param columns six rows of `stride` bytes, written
 */
export function transformColumns(rows: usize, bytes: usize, columns: usize, stride: usize): void {
  const r0 = <usize>load<u32>(rows, 0), r1 = <usize>load<u32>(rows, 4), r2 = <usize>load<u32>(rows, 8);
  const r3 = <usize>load<u32>(rows, 12), r4 = <usize>load<u32>(rows, 16), r5 = <usize>load<u32>(rows, 20);
  const c1 = columns + stride, c2 = c1 + stride, c3 = c2 + stride, c4 = c3 + stride, c5 = c4 + stride;
  const two = f32x4.splat(2), four = f32x4.splat(4), five = f32x4.splat(5);
  for (let i: usize = 0; i < bytes; i += 16) {
    const d1 = v128.load(r1 + i), d2 = v128.load(r2 + i), d3 = v128.load(r3 + i), d4 = v128.load(r4 + i);
    v128.store(columns + i, madd(four, v128.load(r0 + i), nmadd(five, d2, d4)));
    v128.store(c5 + i, madd(four, d1, nmadd(five, d3, v128.load(r5 + i))));
    const a = nmadd(four, d2, d4), b = nmadd(four, d1, d3);
    v128.store(c1 + i, f32x4.add(a, b));
    v128.store(c2 + i, f32x4.sub(a, b));
    const c = f32x4.sub(d4, d2), d = f32x4.sub(d3, d1);
    v128.store(c3 + i, madd(two, d, c));
    v128.store(c4 + i, nmadd(two, d, c));
  }
}

/**
 * The same along the rows, for each tile by itself.
 *
 * @param columns what {@link transformColumns} wrote
 * @param pixel bytes of one pixel; a tile begins every `step` bytes
 * @param v `[36][tiles][channels]`, `vStride` bytes for each of the 36
 */
export function transformTiles(
  columns: usize, stride: usize, pixel: usize, step: usize, tiles: i32, v: usize, vStride: usize,
): void {
  const two = f32x4.splat(2), four = f32x4.splat(4), five = f32x4.splat(5);
  const p2 = pixel << 1, p3 = p2 + pixel, p4 = pixel << 2, p5 = p4 + pixel;
  for (let i = 0; i < 6; i++) {
    let from = columns;
    let to = v;
    for (let tile = 0; tile < tiles; tile++) {
      const end = from + pixel;
      let q0 = to;
      for (let p = from; p < end; p += 16, q0 += 16) {
        const d1 = v128.load(p + pixel), d2 = v128.load(p + p2), d3 = v128.load(p + p3), d4 = v128.load(p + p4);
        let q = q0;
        v128.store(q, madd(four, v128.load(p), nmadd(five, d2, d4)));
        const a = nmadd(four, d2, d4), b = nmadd(four, d1, d3);
        q += vStride;
        v128.store(q, f32x4.add(a, b));
        q += vStride;
        v128.store(q, f32x4.sub(a, b));
        const c = f32x4.sub(d4, d2), d = f32x4.sub(d3, d1);
        q += vStride;
        v128.store(q, madd(two, d, c));
        q += vStride;
        v128.store(q, nmadd(two, d, c));
        q += vStride;
        v128.store(q, madd(four, d1, nmadd(five, d3, v128.load(p + p5))));
      }
      from += step;
      to += pixel;
    }
    columns += stride;
    v += vStride * 6;
  }
}
