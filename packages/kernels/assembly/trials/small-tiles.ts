/** Winograd F(2×2, 3×3) (Lavin and Gray, 2015, section 4.1), points 0, ±1, ∞: both transforms of its 4×4 tiles. */

/** Bᵀ down the columns of four rows; as `transformColumns` of the larger tiles. */
export function transformSmallColumns(rows: usize, bytes: usize, columns: usize, stride: usize): void {
  const r0 = <usize>load<u32>(rows, 0), r1 = <usize>load<u32>(rows, 4);
  const r2 = <usize>load<u32>(rows, 8), r3 = <usize>load<u32>(rows, 12);
  const c1 = columns + stride, c2 = c1 + stride, c3 = c2 + stride;
  for (let i: usize = 0; i < bytes; i += 16) {
    const d1 = v128.load(r1 + i), d2 = v128.load(r2 + i);
    v128.store(columns + i, f32x4.sub(v128.load(r0 + i), d2));
    v128.store(c1 + i, f32x4.add(d1, d2));
    v128.store(c2 + i, f32x4.sub(d2, d1));
    v128.store(c3 + i, f32x4.sub(d1, v128.load(r3 + i)));
  }
}

/** The same along the rows, a tile every two pixels, into `[16][tiles][channels]`. */
export function transformSmallTiles(
  columns: usize, stride: usize, pixel: usize, tiles: i32, v: usize, vStride: usize,
): void {
  const p2 = pixel << 1, p3 = p2 + pixel;
  for (let i = 0; i < 4; i++) {
    let from = columns;
    let to = v;
    for (let tile = 0; tile < tiles; tile++) {
      const end = from + pixel;
      let q = to;
      for (let p = from; p < end; p += 16, q += 16) {
        const d1 = v128.load(p + pixel), d2 = v128.load(p + p2);
        let place = q;
        v128.store(place, f32x4.sub(v128.load(p), d2));
        place += vStride;
        v128.store(place, f32x4.add(d1, d2));
        place += vStride;
        v128.store(place, f32x4.sub(d2, d1));
        place += vStride;
        v128.store(place, f32x4.sub(d1, v128.load(p + p3)));
      }
      from += p2;
      to += pixel;
    }
    columns += stride;
    v += vStride << 2;
  }
}

/** Y = Aᵀ M A and bias: two rows, `stride` apart. */
export function transformSmallOutput(
  m: usize, mStride: usize, tiles: i32, pixel: usize, bias: usize, target: usize, stride: usize,
): void {
  const row = mStride << 2;
  for (let tile = 0; tile < tiles; tile++) {
    for (let channel: usize = 0; channel < pixel; channel += 16) {
      let p = m + channel;
      const start = v128.load(bias + channel);
      const a0 = upper(p, row), b0 = lower(p, row);
      p += mStride;
      const a1 = upper(p, row), b1 = lower(p, row);
      p += mStride;
      const a2 = upper(p, row), b2 = lower(p, row);
      p += mStride;
      const a3 = upper(p, row), b3 = lower(p, row);
      const out = target + channel, next = out + stride;
      v128.store(out, f32x4.add(f32x4.add(a0, start), f32x4.add(a1, a2)));
      v128.store(out + pixel, f32x4.add(f32x4.sub(f32x4.sub(a1, a2), a3), start));
      v128.store(next, f32x4.add(f32x4.add(b0, start), f32x4.add(b1, b2)));
      v128.store(next + pixel, f32x4.add(f32x4.sub(f32x4.sub(b1, b2), b3), start));
    }
    m += pixel;
    target += pixel << 1;
  }
}

// @ts-ignore: decorator
@inline
export function upper(p: usize, row: usize): v128 {
  return f32x4.add(f32x4.add(v128.load(p), v128.load(p + row)), v128.load(p + (row << 1)));
}

// @ts-ignore: decorator
@inline
export function lower(p: usize, row: usize): v128 {
  return f32x4.sub(f32x4.sub(v128.load(p + row), v128.load(p + (row << 1))), v128.load(p + row * 3));
}
