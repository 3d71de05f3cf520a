/** Winograd F(2×2, 5×5), output side: Y = Aᵀ M A and bias. Its tiles are those of F(4×4, 3×3), its points too. */

import { madd } from "../simd";

/**
 * @param m `[36][tiles][channels]`, `mStride` bytes for each of the 36
 * @param pixel bytes of one pixel of the target
 * @param scratch 192 bytes
 * @param target the first output pixel; two rows, `stride` apart, are written
 */
export function transformOutputPair(
  m: usize, mStride: usize, tiles: i32, pixel: usize, scratch: usize, bias: usize, target: usize, stride: usize,
): void {
  const two = f32x4.splat(2);
  const row = mStride * 6;
  for (let tile = 0; tile < tiles; tile++) {
    for (let channel: usize = 0; channel < pixel; channel += 16) {
      const from = m + channel;
      for (let column: usize = 0; column < 6; column++) {
        let p = from + column * mStride;
        const m0 = v128.load(p);
        p += row;
        const m1 = v128.load(p);
        p += row;
        const m2 = v128.load(p);
        p += row;
        const m3 = v128.load(p);
        p += row;
        const m4 = v128.load(p);
        p += row;
        const to = scratch + (column << 4);
        v128.store(to, f32x4.add(f32x4.add(m0, f32x4.add(m1, m2)), f32x4.add(m3, m4)), 0);
        v128.store(to, f32x4.add(madd(two, f32x4.sub(m3, m4), f32x4.sub(m1, m2)), v128.load(p)), 96);
      }
      const start = v128.load(bias + channel);
      let out = target + channel;
      for (let line: usize = 0; line < 192; line += 96) {
        const s = scratch + line;
        const m1 = v128.load(s, 16), m2 = v128.load(s, 32), m3 = v128.load(s, 48), m4 = v128.load(s, 64);
        const a = f32x4.add(f32x4.add(m1, m2), start), b = f32x4.add(f32x4.sub(m1, m2), start);
        v128.store(out, f32x4.add(f32x4.add(v128.load(s, 0), a), f32x4.add(m3, m4)));
        v128.store(out + pixel, f32x4.add(madd(two, f32x4.sub(m3, m4), b), v128.load(s, 80)));
        out += stride;
      }
    }
    m += pixel;
    target += pixel << 1;
  }
}
