/** Bias gradient: the sum of a gradient plane over its pixels. */

/** @param channels 4 or 16; `biasGradient` has as many floats and is added to */
export function biasGradient(
  channels: i32, gradient: usize, stride: usize, target: usize, width: i32, height: i32,
): void {
  const pixel = <usize>channels << 2;
  for (let block: usize = 0; block < pixel; block += 16) {
    let total = v128.load(target + block);
    for (let y = 0; y < height; y++) {
      let sum = f32x4.splat(0);
      let g = gradient + <usize>y * stride + block;
      const end = g + <usize>width * pixel;
      for (; g < end; g += pixel) sum = f32x4.add(sum, v128.load(g));
      total = f32x4.add(total, sum);
    }
    v128.store(target + block, total);
  }
}
