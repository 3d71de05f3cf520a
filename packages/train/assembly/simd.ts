/** The two vector words every kernel is written in. */

/** a · b + c in four lanes: one fused instruction in the relaxed build, two in the plain one. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** Bytes of one pixel of a plane: 16, 4 or 1 channels of float32. Used as types, so that offsets are constants. */
@unmanaged
export class Pixel16 {
  a: v128;
  b: v128;
  c: v128;
  d: v128;
}

@unmanaged
export class Pixel4 {
  a: v128;
}

@unmanaged
export class Pixel1 {
  a: f32;
}
