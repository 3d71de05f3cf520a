/** Kernels into the Winograd domain and their gradients out of it: U = G g Gᵀ, dg = Gᵀ dU G. */

/**
 * @param weights `[3][3][inputs][outputs]`; `inputPixel` and `outputPixel` bytes of as many floats
 * @param u written: `[36][inputs][outputs]`
 */
export function transformKernel(weights: usize, inputPixel: usize, outputPixel: usize, u: usize): void {
  const matrix = (inputPixel >> 2) * outputPixel;
  for (let at: usize = 0; at < matrix; at += 16) kernelToWinograd(weights + at, matrix, u + at, matrix);
}

/** Gᵀ dU G of every channel pair is added to `weightGradient`, `[3][3][inputs][outputs]`. */
export function kernelGradient(du: usize, inputPixel: usize, outputPixel: usize, weightGradient: usize): void {
  const matrix = (inputPixel >> 2) * outputPixel;
  for (let at: usize = 0; at < matrix; at += 16) winogradToKernel(du + at, weightGradient + at, matrix);
}

function kernelToWinograd(from: usize, tap: usize, to: usize, place: usize): void {
  // down the columns: 6 rows of 3, kept where the result will be
  for (let x: usize = 0; x < 3; x++) {
    const p = from + x * tap;
    const a = v128.load(p), b = v128.load(p + 3 * tap), c = v128.load(p + 6 * tap);
    spread(a, b, c, to + x * place, 6 * place);
  }
  for (let y: usize = 0; y < 6; y++) {
    const p = to + y * 6 * place;
    spread(v128.load(p), v128.load(p + place), v128.load(p + 2 * place), p, place);
  }
}

/** G (a, b, c) into six places. */
// @ts-ignore: decorator
@inline
export function spread(a: v128, b: v128, c: v128, to: usize, step: usize): void {
  const sixth = f32x4.splat(-1.0 / 6.0);
  const outer = f32x4.mul(f32x4.add(a, c), sixth), inner = f32x4.mul(b, sixth);
  const far = f32x4.add(f32x4.mul(a, f32x4.splat(1.0 / 24.0)), f32x4.mul(c, f32x4.splat(1.0 / 6.0)));
  const middle = f32x4.mul(b, f32x4.splat(1.0 / 12.0));
  v128.store(to, f32x4.mul(a, f32x4.splat(0.25)));
  v128.store(to + step, f32x4.add(outer, inner));
  v128.store(to + step * 2, f32x4.sub(outer, inner));
  v128.store(to + step * 3, f32x4.add(far, middle));
  v128.store(to + step * 4, f32x4.sub(far, middle));
  v128.store(to + step * 5, c);
}

function winogradToKernel(du: usize, weightGradient: usize, place: usize): void {
  // along the rows, in place, then down the columns
  for (let y: usize = 0; y < 6; y++) gather(du + y * 6 * place, place, du + y * 6 * place, place, false);
  for (let x: usize = 0; x < 3; x++) gather(du + x * place, 6 * place, weightGradient + x * place, 3 * place, true);
}

/** Gᵀ of six places into three; added to what is there when asked to. */
function gather(from: usize, step: usize, to: usize, toStep: usize, add: bool): void {
  const sixth = f32x4.splat(-1.0 / 6.0);
  const u1 = v128.load(from + step), u2 = v128.load(from + step * 2);
  const u3 = v128.load(from + step * 3), u4 = v128.load(from + step * 4);
  const near = f32x4.mul(f32x4.add(u1, u2), sixth), far = f32x4.add(u3, u4);
  const quarter = f32x4.mul(v128.load(from), f32x4.splat(0.25));
  let a = f32x4.add(f32x4.add(quarter, near), f32x4.mul(far, f32x4.splat(1.0 / 24.0)));
  let b = f32x4.add(f32x4.mul(f32x4.sub(u1, u2), sixth), f32x4.mul(f32x4.sub(u3, u4), f32x4.splat(1.0 / 12.0)));
  let c = f32x4.add(f32x4.add(near, f32x4.mul(far, f32x4.splat(1.0 / 6.0))), v128.load(from + step * 5));
  if (add) {
    a = f32x4.add(a, v128.load(to));
    b = f32x4.add(b, v128.load(to + toStep));
    c = f32x4.add(c, v128.load(to + toStep * 2));
  }
  v128.store(to, a);
  v128.store(to + toStep, b);
  v128.store(to + toStep * 2, c);
}
