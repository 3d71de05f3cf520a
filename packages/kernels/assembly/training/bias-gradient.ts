/** Bias gradient: the sum of a gradient plane over its pixels. */

import { rowOf } from "./plane-rows";
import { Plane } from "./structures";

/** @param target one float a channel, added to */
export function biasGradient(gradient: Plane, target: usize): void {
  const pixel = <usize>gradient.pixel;
  const run = <usize>gradient.width * pixel;
  for (let channel: usize = 0; channel < pixel; channel += 16) {
    let total = v128.load(target + channel);
    for (let y = 0; y < gradient.height; y++) {
      const row = rowOf(gradient, y);
      let sum = f32x4.splat(0);
      for (let i = channel; i < run; i += pixel) sum = f32x4.add(sum, v128.load(row + i));
      total = f32x4.add(total, sum);
    }
    v128.store(target + channel, total);
  }
}
