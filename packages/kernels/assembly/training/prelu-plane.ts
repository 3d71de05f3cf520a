/** PReLU over a plane, forward and backward. */

import { madd, prelu } from "../simd";
import { rowOf } from "./plane-rows";
import { Plane } from "./structures";

/** target = PReLU(source), and `added` on top of it unless null. */
export function preluPlane(source: Plane, slopes: usize, added: Plane | null, target: Plane): void {
  const pixel = <usize>source.pixel;
  const run = <usize>source.width * pixel;
  for (let y = 0; y < source.height; y++) {
    const from = rowOf(source, y), to = rowOf(target, y);
    const add = added ? rowOf(added, y) : 0;
    for (let channel: usize = 0; channel < pixel; channel += 16) {
      const slope = v128.load(slopes + channel);
      for (let i = channel; i < run; i += pixel) {
        let value = prelu(v128.load(from + i), slope);
        if (add) value = f32x4.add(value, v128.load(add + i));
        v128.store(to + i, value);
      }
    }
  }
}

/**
 * The gradient of the PReLU's output becomes that of its input.
 *
 * @param preactivation the PReLU's input
 * @param slopeGradient one float a channel, added to
 */
export function preluGradientPlane(gradient: Plane, preactivation: Plane, slopes: usize, slopeGradient: usize): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const pixel = <usize>gradient.pixel;
  const run = <usize>gradient.width * pixel;
  for (let channel: usize = 0; channel < pixel; channel += 16) {
    const slope = v128.load(slopes + channel);
    let total = v128.load(slopeGradient + channel);
    for (let y = 0; y < gradient.height; y++) {
      const rowG = rowOf(gradient, y), rowZ = rowOf(preactivation, y);
      let sum = zero;
      for (let i = channel; i < run; i += pixel) {
        const z = v128.load(rowZ + i), g = v128.load(rowG + i);
        sum = madd(g, f32x4.pmin(z, zero), sum);
        v128.store(rowG + i, f32x4.mul(g, v128.bitselect(one, slope, f32x4.gt(z, zero))));
      }
      total = f32x4.add(total, sum);
    }
    v128.store(slopeGradient + channel, total);
  }
}

/** Copies one plane's picture into another's. */
export function copyPlane(source: Plane, target: Plane): void {
  const run = <usize>source.width * <usize>source.pixel;
  for (let y = 0; y < source.height; y++) memory.copy(rowOf(target, y), rowOf(source, y), run);
}
