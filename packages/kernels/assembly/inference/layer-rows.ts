/** Rows of one layer: four at a time by Winograd F(4×4, 3×3), one at a time directly. */

import { prelu } from "../simd";
import { convolveRowFour, convolveRowSixteen } from "../convolution/convolve-row";
import { multiplyTiles } from "./multiply-tiles";
import { rowOf } from "./ring";
import { Layer, Plan, Ring } from "./structures";
import { transformColumns, transformTiles } from "../convolution/winograd-input";
import { transformOutput } from "../convolution/winograd-output";

/**
 * Four rows from `y` on of a 3×3 layer.
 *
 * @param residual the ring that is added, or null
 */
export function winogradRows(plan: Plan, layer: Layer, source: Ring, residual: Ring | null, target: Ring, y: i32): void {
  const pixel = <usize>source.pixel, outPixel = <usize>target.pixel;
  const table = <usize>plan.table;
  const tiles = (target.x1 - target.x0 + 3) >> 2;
  const out = <usize>target.rows + <usize>(y % target.capacity) * <usize>target.stride + <usize>target.x0 * outPixel;
  let add: usize = 0, addStride: usize = 0;
  if (residual) {
    add = <usize>residual.rows + <usize>(y % residual.capacity) * <usize>residual.stride + <usize>target.x0 * outPixel;
    addStride = <usize>residual.stride;
  }
  for (let first = 0; first < tiles; first += plan.tiles) {
    const some = min(plan.tiles, tiles - first);
    const pixels = some * 4 + 2;
    const x = target.x0 + first * 4;
    for (let i = 0; i < 6; i++) {
      const row = rowOf(source, y - 1 + i, plan.zeros) + <usize>x * pixel - pixel;
      store<u32>(table + (<usize>i << 2), <u32>row);
    }
    const columnStride = <usize>(plan.tiles * 4 + 2) * pixel;
    const vStride = <usize>plan.tiles * pixel, mStride = <usize>plan.tiles * outPixel;
    transformColumns(table, <usize>pixels * pixel, plan.columns, columnStride);
    transformTiles(plan.columns, columnStride, pixel, pixel << 2, some, plan.v, vStride);
    multiplyTiles(plan, layer, pixel, outPixel, some);
    const at = <usize>(first * 4) * outPixel;
    transformOutput(
      plan.m, mStride, some, outPixel, table + 64, layer.bias, layer.slopes,
      add ? add + at : 0, addStride, out + at, target.stride,
    );
  }
}

/**
 * One row of any layer, from column `x` on.
 *
 * @param target address of the first output pixel
 * @param residual address of the pixel that is added to it, or 0
 */
export function directRow(
  plan: Plan, layer: Layer, source: Ring, y: i32, x: i32, width: i32, target: usize, outPixel: usize, residual: usize,
): void {
  const kernel = layer.kernel;
  const radius = kernel >> 1;
  const pixel = <usize>source.pixel;
  const table = <usize>plan.table;
  for (let i = 0; i < kernel; i++) {
    const row = rowOf(source, y - radius + i, plan.zeros) + <usize>x * pixel - <usize>radius * pixel;
    store<u32>(table + (<usize>i << 2), <u32>row);
  }
  let channel: usize = 0;
  const w = <usize>layer.weights;
  for (; channel + 64 <= outPixel; channel += 64) {
    convolveRowSixteen(table, kernel, pixel, w + channel, outPixel, <usize>layer.bias + channel, target + channel, outPixel, width);
  }
  for (; channel < outPixel; channel += 16) {
    convolveRowFour(table, kernel, pixel, w + channel, outPixel, <usize>layer.bias + channel, target + channel, outPixel, width);
  }
  if (layer.slopes || residual) finishRow(target, outPixel, width, layer.slopes, residual);
}

/** PReLU and residual over a row that is still in the cache. */
function finishRow(row: usize, pixel: usize, width: i32, slopes: usize, residual: usize): void {
  for (let channel: usize = 0; channel < pixel; channel += 16) {
    const slope = slopes ? v128.load(slopes + channel) : f32x4.splat(1);
    let p = row + channel, r = residual + channel;
    for (let x = 0; x < width; x++) {
      let value = prelu(v128.load(p), slope);
      if (residual) value = f32x4.add(value, v128.load(r));
      v128.store(p, value);
      p += pixel;
      r += pixel;
    }
  }
}
