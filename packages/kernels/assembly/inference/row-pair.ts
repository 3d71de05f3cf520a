/** Two rows of a 5×5 layer by Winograd F(2×2, 5×5): the last layer. */

import { transformColumns, transformTiles } from "../convolution/winograd-input";
import { transformOutputPair } from "../convolution/winograd-output-pair";
import { multiplyTiles } from "./multiply-tiles";
import { rowOf } from "./ring";
import { Layer, Plan, Ring } from "./structures";

/**
 * Rows `y` and `y + 1` from column `x` on.
 *
 * @param target address of the first output pixel; the second row is `stride` bytes after it, and each has room for
 * `width` rounded up to two pixels
 */
export function winogradPair(
  plan: Plan, layer: Layer, source: Ring, y: i32, x: i32, width: i32, target: usize, stride: usize, outPixel: usize,
): void {
  const pixel = <usize>source.pixel;
  const table = <usize>plan.table;
  const tiles = (width + 1) >> 1;
  const vStride = <usize>plan.tiles * pixel, mStride = <usize>plan.tiles * outPixel;
  const columnStride = <usize>(plan.tiles * 4 + 2) * pixel;
  for (let first = 0; first < tiles; first += plan.tiles) {
    const some = min(plan.tiles, tiles - first);
    for (let i = 0; i < 6; i++) {
      const row = rowOf(source, y - 2 + i, plan.zeros) + <usize>(x + first * 2) * pixel - (pixel << 1);
      store<u32>(table + (<usize>i << 2), <u32>row);
    }
    transformColumns(table, <usize>(some * 2 + 4) * pixel, plan.columns, columnStride);
    transformTiles(plan.columns, columnStride, pixel, pixel << 1, some, plan.v, vStride);
    multiplyTiles(plan, layer, pixel, outPixel, some);
    transformOutputPair(
      plan.m, mStride, some, outPixel, table + 64, layer.bias, target + <usize>(first * 2) * outPixel, stride,
    );
  }
}
