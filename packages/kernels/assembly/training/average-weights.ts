/** The exponential moving average of the weights. */

/** average += (weights − average) · (1 − decay); `count` a multiple of 4. */
export function averageWeights(average: usize, weights: usize, count: i32, decay: f32): void {
  const rest = f32x4.splat(1 - decay);
  for (let i: usize = 0; i < <usize>count << 2; i += 16) {
    const a = v128.load(average + i);
    v128.store(average + i, f32x4.add(a, f32x4.mul(rest, f32x4.sub(v128.load(weights + i), a))));
  }
}
