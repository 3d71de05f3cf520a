/** A whole plane through a 3×3 convolution by Winograd F(4×4, 3×3), and its tiles alone for the weight gradient. */

import { transformColumns, transformTiles } from "../convolution/winograd-input";
import { multiplyFour, multiplySixteen } from "../convolution/winograd-multiply";
import { transformOutput } from "../convolution/winograd-output";
import { clearBorder, rowOf } from "./plane-rows";
import { Plane, Scratch } from "./structures";
import { MANY, multiplyEight } from "./winograd-products";

/**
 * Convolution, bias, and a plane that is added.
 *
 * @param u the transformed kernel, `[36][inputs][outputs]`
 * @param added a plane added to the output, which may be the target itself; or null
 */
export function winogradPlane(
  source: Plane, target: Plane, u: usize, bias: usize, added: Plane | null, scratch: Scratch,
): void {
  const pixel = <usize>source.pixel, outPixel = <usize>target.pixel;
  const vStride = <usize>scratch.tiles * pixel, mStride = <usize>scratch.tiles * outPixel;
  const tiles = (target.width + 3) >> 2;
  for (let y = 0; y < target.height; y += 4) {
    for (let first = 0; first < tiles; first += scratch.tiles) {
      const some = min(scratch.tiles, tiles - first);
      // products come in groups of six; those beyond the last tile are of scratch's old values and not used
      const group = ((some + 5) / 6) * 6;
      transformInput(source, y, first, some, scratch.v, scratch);
      let channel: usize = 0;
      for (; pixel >= MANY && channel + 32 <= outPixel; channel += 32) {
        multiplyEight(scratch.v, vStride, pixel, u + channel, <usize>scratch.m + channel, mStride, outPixel, group);
      }
      for (; channel + 64 <= outPixel; channel += 64) {
        multiplySixteen(scratch.v, vStride, pixel, u + channel, <usize>scratch.m + channel, mStride, outPixel, group);
      }
      for (; channel < outPixel; channel += 16) {
        multiplyFour(scratch.v, vStride, pixel, u + channel, <usize>scratch.m + channel, mStride, outPixel, group);
      }
      const at = <usize>(first * 4) * outPixel;
      const add = added ? rowOf(added, y) + at : 0;
      transformOutput(
        scratch.m, mStride, some, outPixel, <usize>scratch.table + 64, bias, 0,
        add, added ? <usize>added.stride : 0, rowOf(target, y) + at, target.stride,
      );
    }
  }
  clearBorder(target);
}

/** V of `count` tiles from tile `first` on, in the row of tiles at `y`. */
export function transformInput(source: Plane, y: i32, first: i32, count: i32, v: usize, scratch: Scratch): void {
  const pixel = <usize>source.pixel;
  const table = <usize>scratch.table;
  for (let i = 0; i < 6; i++) {
    const row = rowOf(source, y - 1 + i) + <usize>(first * 4) * pixel - pixel;
    store<u32>(table + (<usize>i << 2), <u32>row);
  }
  const stride = <usize>(scratch.tiles * 4 + 2) * pixel;
  transformColumns(table, <usize>(count * 4 + 2) * pixel, scratch.columns, stride);
  transformTiles(scratch.columns, stride, pixel, pixel << 2, count, v, <usize>scratch.tiles * pixel);
}
