/** A whole plane by Winograd with 2×2 outputs a tile: F(2×2, 3×3) and F(2×2, 5×5). */

import { transformColumns, transformTiles } from "../convolution/winograd-input";
import { multiplyFour, multiplySixteen } from "../convolution/winograd-multiply";
import { transformOutputPair } from "../convolution/winograd-output-pair";
import { clearBorder, rowOf } from "../training/plane-rows";
import { Plane, Scratch } from "../training/structures";
import { transformSmallColumns, transformSmallOutput, transformSmallTiles } from "./small-tiles";

/** @param u the transformed kernel, `[16][inputs][outputs]` */
export function winograd2x2By3x3(source: Plane, target: Plane, u: usize, bias: usize, scratch: Scratch): void {
  const pixel = <usize>source.pixel, outPixel = <usize>target.pixel;
  const vStride = <usize>scratch.tiles * pixel, mStride = <usize>scratch.tiles * outPixel;
  const columnStride = <usize>(scratch.tiles * 4 + 2) * pixel;
  const tiles = (target.width + 1) >> 1;
  for (let y = 0; y < target.height; y += 2) {
    for (let first = 0; first < tiles; first += scratch.tiles) {
      const some = min(scratch.tiles, tiles - first);
      const table = writeTable(source, scratch, y - 1, first * 2 - 1, 4);
      transformSmallColumns(table, <usize>(some * 2 + 2) * pixel, scratch.columns, columnStride);
      transformSmallTiles(scratch.columns, columnStride, pixel, some, scratch.v, vStride);
      products(scratch, u, pixel, outPixel, some, 16);
      const out = rowOf(target, y) + <usize>(first * 2) * outPixel;
      transformSmallOutput(scratch.m, mStride, some, outPixel, bias, out, target.stride);
    }
  }
  clearBorder(target);
}

/** @param u the transformed kernel, `[36][inputs][outputs]` */
export function winograd2x2By5x5(source: Plane, target: Plane, u: usize, bias: usize, scratch: Scratch): void {
  const pixel = <usize>source.pixel, outPixel = <usize>target.pixel;
  const vStride = <usize>scratch.tiles * pixel, mStride = <usize>scratch.tiles * outPixel;
  const columnStride = <usize>(scratch.tiles * 4 + 2) * pixel;
  const tiles = (target.width + 1) >> 1;
  for (let y = 0; y < target.height; y += 2) {
    for (let first = 0; first < tiles; first += scratch.tiles) {
      const some = min(scratch.tiles, tiles - first);
      const table = writeTable(source, scratch, y - 2, first * 2 - 2, 6);
      transformColumns(table, <usize>(some * 2 + 4) * pixel, scratch.columns, columnStride);
      transformTiles(scratch.columns, columnStride, pixel, pixel << 1, some, scratch.v, vStride);
      products(scratch, u, pixel, outPixel, some, 36);
      const out = rowOf(target, y) + <usize>(first * 2) * outPixel;
      transformOutputPair(scratch.m, mStride, some, outPixel, table + 64, bias, out, target.stride);
    }
  }
  clearBorder(target);
}

/** Addresses of `count` rows from `y` on, at column `x`. */
function writeTable(source: Plane, scratch: Scratch, y: i32, x: i32, count: i32): usize {
  const table = <usize>scratch.table;
  for (let i = 0; i < count; i++) {
    store<u32>(table + (<usize>i << 2), <u32>(<i32>rowOf(source, y + i) + x * <i32>source.pixel));
  }
  return table;
}

/** M = V · U of a chunk of tiles, in groups of six: what is beyond the last tile is not used. */
function products(scratch: Scratch, u: usize, pixel: usize, outPixel: usize, tiles: i32, places: i32): void {
  const vStride = <usize>scratch.tiles * pixel, mStride = <usize>scratch.tiles * outPixel;
  const v = <usize>scratch.v, m = <usize>scratch.m;
  const group = ((tiles + 5) / 6) * 6;
  let channel: usize = 0;
  for (; channel + 64 <= outPixel; channel += 64) {
    multiplySixteen(v, vStride, pixel, u + channel, m + channel, mStride, outPixel, group, places);
  }
  for (; channel < outPixel; channel += 16) {
    multiplyFour(v, vStride, pixel, u + channel, m + channel, mStride, outPixel, group, places);
  }
}
