/** One step of Adam (Kingma and Ba, 2015, algorithm 1), AMSGrad (Reddi et al., 2018) when asked for. */

/**
 * @param count floats, a multiple of 4
 * @param largest the running maximum of the second moment, or 0 for plain Adam
 * @param scale multiplies the gradient first: the clip by global norm
 * @param correct1 1 / (1 − β1^t); `correct2` 1 / (1 − β2^t)
 */
export function adam(
  weights: usize, gradient: usize, first: usize, second: usize, largest: usize, count: i32,
  rate: f32, beta1: f32, beta2: f32, epsilon: f32, correct1: f32, correct2: f32, scale: f32,
): void {
  const b1 = f32x4.splat(beta1), rest1 = f32x4.splat(1 - beta1);
  const b2 = f32x4.splat(beta2), rest2 = f32x4.splat(1 - beta2);
  const step = f32x4.splat(rate * correct1), unbias = f32x4.splat(correct2);
  const small = f32x4.splat(epsilon), factor = f32x4.splat(scale);
  const end = <usize>count << 2;
  for (let i: usize = 0; i < end; i += 16) {
    const g = f32x4.mul(v128.load(gradient + i), factor);
    const m = f32x4.add(f32x4.mul(b1, v128.load(first + i)), f32x4.mul(rest1, g));
    const v = f32x4.add(f32x4.mul(b2, v128.load(second + i)), f32x4.mul(rest2, f32x4.mul(g, g)));
    v128.store(first + i, m);
    v128.store(second + i, v);
    let size = v;
    if (largest) {
      size = f32x4.max(v, v128.load(largest + i));
      v128.store(largest + i, size);
    }
    const divisor = f32x4.add(f32x4.sqrt(f32x4.mul(size, unbias)), small);
    v128.store(weights + i, f32x4.sub(v128.load(weights + i), f32x4.div(f32x4.mul(step, m), divisor)));
  }
}
