/** The end of the network in one pass: add the input to every output channel, compare with the truth, L1 and its gradient. */

import { rowOf } from "./plane-rows";
import { Plane } from "./structures";

/**
 * Output = clip(prediction + input, 0, 1); loss = Σ|output − truth|. Outside 0..1 the gradient is zero, as the
 * paper trains on the clipped output (SESR, section 4; its code).
 *
 * @param prediction the last layer's output; its gradient (±`weight`) takes its place
 * @param input the luma plane as the network saw it: minus 0.5
 * @param truth the sub-pixels of each low-resolution pixel
 * @returns Σ|output − truth|, unweighted
 */
export function residualLoss(prediction: Plane, input: Plane, truth: Plane, weight: f32): f32 {
  const zero = f32x4.splat(0), one = f32x4.splat(1), half = f32x4.splat(0.5);
  const up = f32x4.splat(weight), down = f32x4.splat(-weight);
  let total: f32 = 0;
  for (let y = 0; y < prediction.height; y++) {
    let sum = f32x4.splat(0);
    let p = rowOf(prediction, y), t = rowOf(truth, y);
    const luma = rowOf(input, y);
    for (let x = 0; x < prediction.width; x++) {
      const base = f32x4.add(v128.load_splat<f32>(luma + (<usize>x << 2)), half);
      for (let c: usize = 0; c < <usize>prediction.pixel; c += 16) {
        const raw = f32x4.add(v128.load(p), base);
        const output = f32x4.min(f32x4.max(raw, zero), one);
        const difference = f32x4.sub(output, v128.load(t));
        sum = f32x4.add(sum, f32x4.abs(difference));
        const inside = v128.and(f32x4.ge(raw, zero), f32x4.le(raw, one));
        const above = v128.and(up, f32x4.gt(difference, zero));
        const below = v128.and(down, f32x4.lt(difference, zero));
        v128.store(p, v128.and(v128.or(above, below), inside));
        p += 16;
        t += 16;
      }
    }
    total += f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
      + f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3);
  }
  return total;
}
