/** PReLU over a plane, forward and backward. A plane of one channel has one slope. */

import { madd, prelu, sumLanes } from "../simd";
import { loadTail, storeTail } from "./elementwise/row-tails";
import { rowOf } from "./plane-rows";
import { Plane } from "./structures";

/** target = PReLU(source), and `added` on top of it unless null. */
export function preluPlane(source: Plane, slopes: usize, added: Plane | null, target: Plane): void {
  const pixel = <usize>source.pixel;
  const run = <usize>source.width * pixel;
  if (pixel == 4) return preluOfOne(source, v128.load_splat<f32>(slopes), added, target);
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

function preluOfOne(source: Plane, slope: v128, added: Plane | null, target: Plane): void {
  const run = <usize>source.width << 2, rest = run & 15, whole = run - rest;
  for (let y = 0; y < source.height; y++) {
    const from = rowOf(source, y), to = rowOf(target, y);
    const add = added ? rowOf(added, y) : 0;
    for (let i: usize = 0; i < whole; i += 16) {
      let value = prelu(v128.load(from + i), slope);
      if (add) value = f32x4.add(value, v128.load(add + i));
      v128.store(to + i, value);
    }
    if (!rest) continue;
    let value = prelu(loadTail(from + whole, rest), slope);
    if (add) value = f32x4.add(value, loadTail(add + whole, rest));
    storeTail(to + whole, value, rest);
  }
}

/**
 * The gradient of the PReLU's output becomes that of its input.
 *
 * @param preactivation the PReLU's input
 * @param slopeGradient one float a channel, added to
 */
export function preluGradientPlane(gradient: Plane, preactivation: Plane, slopes: usize, slopeGradient: usize): void {
  if (gradient.pixel == 4) {
    preluSlopeGradient(gradient, preactivation, slopeGradient);
    return preluInputGradient(gradient, preactivation, slopes, gradient);
  }
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

/**
 * The gradient of the PReLU's input alone: the output's where the source is above 0, else slope times it.
 *
 * @param source the PReLU's input
 * @param target may be the gradient
 */
export function preluInputGradient(gradient: Plane, source: Plane, slopes: usize, target: Plane): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  const pixel = <usize>gradient.pixel;
  const single = pixel == 4;
  const run = <usize>gradient.width * pixel, rest = single ? run & 15 : 0, end = run - rest;
  const step: usize = single ? 16 : pixel;
  for (let y = 0; y < gradient.height; y++) {
    const g = rowOf(gradient, y), z = rowOf(source, y), to = rowOf(target, y);
    for (let channel: usize = 0; channel < pixel; channel += 16) {
      const slope = single ? v128.load_splat<f32>(slopes) : v128.load(slopes + channel);
      for (let i = channel; i < end; i += step) {
        const factor = v128.bitselect(one, slope, f32x4.gt(v128.load(z + i), zero));
        v128.store(to + i, f32x4.mul(v128.load(g + i), factor));
      }
      if (!rest) continue;
      const factor = v128.bitselect(one, slope, f32x4.gt(loadTail(z + end, rest), zero));
      storeTail(to + end, f32x4.mul(loadTail(g + end, rest), factor), rest);
    }
  }
}

/**
 * The gradient of the slopes alone.
 *
 * @param source the PReLU's input
 * @param target one float a channel, added to: Σ gradient · min(source, 0)
 */
export function preluSlopeGradient(gradient: Plane, source: Plane, target: usize): void {
  const zero = f32x4.splat(0);
  const pixel = <usize>gradient.pixel;
  const single = pixel == 4;
  const run = <usize>gradient.width * pixel, rest = single ? run & 15 : 0, end = run - rest;
  const step: usize = single ? 16 : pixel;
  for (let channel: usize = 0; channel < pixel; channel += 16) {
    let total = zero;
    for (let y = 0; y < gradient.height; y++) {
      const g = rowOf(gradient, y), z = rowOf(source, y);
      let sum = zero;
      for (let i = channel; i < end; i += step) sum = madd(v128.load(g + i), f32x4.pmin(v128.load(z + i), zero), sum);
      if (rest) sum = madd(loadTail(g + end, rest), f32x4.pmin(loadTail(z + end, rest), zero), sum);
      total = f32x4.add(total, sum);
    }
    if (single) store<f32>(target, load<f32>(target) + f32x4.extract_lane(sumLanes(total, total, total, total), 0));
    else v128.store(target + channel, f32x4.add(v128.load(target + channel), total));
  }
}

/** Copies one plane's picture into another's. */
export function copyPlane(source: Plane, target: Plane): void {
  const run = <usize>source.width * <usize>source.pixel;
  for (let y = 0; y < source.height; y++) memory.copy(rowOf(target, y), rowOf(source, y), run);
}
