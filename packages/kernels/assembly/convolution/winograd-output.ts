/** Winograd F(4×4, 3×3), output side: Y = Aᵀ M A, then bias, PReLU and residual while the pixels are in registers. */

import { madd, prelu } from "../simd";

/**
 * @param m `[36][tiles][channels]`, `mStride` bytes for each of the 36
 * @param pixel bytes of one pixel of the target
 * @param scratch 384 bytes
 * @param slopes of the PReLU, or 0 for none
 * @param residual the pixel of another plane that is added to the first output, or 0; rows `residualStride` apart
 * @param target the first output pixel; four rows, `stride` apart, are written
 */
export function transformOutput(
  m: usize, mStride: usize, tiles: i32, pixel: usize, scratch: usize, bias: usize, slopes: usize,
  residual: usize, residualStride: usize, target: usize, stride: usize,
): void {
  const two = f32x4.splat(2), four = f32x4.splat(4), eight = f32x4.splat(8);
  const p2 = pixel << 1, p3 = p2 + pixel;
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
        const a = f32x4.add(m1, m2), b = f32x4.sub(m1, m2), c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
        const to = scratch + (column << 4);
        v128.store(to, f32x4.add(f32x4.add(m0, a), c), 0);
        v128.store(to, madd(two, d, b), 96);
        v128.store(to, madd(four, c, a), 192);
        v128.store(to, f32x4.add(madd(eight, d, b), v128.load(p)), 288);
      }
      const start = v128.load(bias + channel);
      const slope = slopes ? v128.load(slopes + channel) : f32x4.splat(1);
      let out = target + channel;
      let add = residual + channel;
      for (let line: usize = 0; line < 384; line += 96) {
        const s = scratch + line;
        const m1 = v128.load(s, 16), m2 = v128.load(s, 32), m3 = v128.load(s, 48), m4 = v128.load(s, 64);
        const a = f32x4.add(f32x4.add(m1, m2), start), b = f32x4.add(f32x4.sub(m1, m2), start);
        const c = f32x4.add(m3, m4), d = f32x4.sub(m3, m4);
        let y0 = prelu(f32x4.add(f32x4.add(v128.load(s, 0), a), c), slope);
        let y1 = prelu(madd(two, d, b), slope);
        let y2 = prelu(madd(four, c, a), slope);
        let y3 = prelu(f32x4.add(madd(eight, d, b), v128.load(s, 80)), slope);
        if (residual) {
          y0 = f32x4.add(y0, v128.load(add));
          y1 = f32x4.add(y1, v128.load(add + pixel));
          y2 = f32x4.add(y2, v128.load(add + p2));
          y3 = f32x4.add(y3, v128.load(add + p3));
          add += residualStride;
        }
        v128.store(out, y0);
        v128.store(out + pixel, y1);
        v128.store(out + p2, y2);
        v128.store(out + p3, y3);
        out += stride;
      }
    }
    m += pixel;
    target += pixel << 2;
    if (residual) residual += pixel << 2;
  }
}
