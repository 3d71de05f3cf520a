/** Some channels of one plane into another: slices and concatenations. */

import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/**
 * Copies `count` channels of every pixel. The target's other channels stay as they are.
 *
 * @param source its channel `from` is the first that is copied
 * @param target of the same width and height; its channel `to` is the first that is written
 */
export function copyChannels(source: Plane, from: i32, target: Plane, to: i32, count: i32): void {
  const sourcePixel = <usize>source.pixel, targetPixel = <usize>target.pixel;
  const bytes = <usize>count << 2, rest = bytes & 15, whole = bytes - rest;
  const width = source.width;
  for (let y = 0; y < source.height; y++) {
    const p = rowOf(source, y) + (<usize>from << 2), q = rowOf(target, y) + (<usize>to << 2);
    if (bytes == sourcePixel && bytes == targetPixel) {
      memory.copy(q, p, <usize>width * bytes);
      continue;
    }
    for (let i: usize = 0; i < whole; i += 16) copyVectors(p + i, sourcePixel, q + i, targetPixel, width);
    if (rest & 8) copyPairs(p + whole, sourcePixel, q + whole, targetPixel, width);
    if (rest & 4) copySingles(p + bytes - 4, sourcePixel, q + bytes - 4, targetPixel, width);
  }
}

function copyVectors(source: usize, sourcePixel: usize, target: usize, targetPixel: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    v128.store(target, v128.load(source));
    source += sourcePixel;
    target += targetPixel;
  }
}

function copyPairs(source: usize, sourcePixel: usize, target: usize, targetPixel: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u64>(target, load<u64>(source));
    source += sourcePixel;
    target += targetPixel;
  }
}

function copySingles(source: usize, sourcePixel: usize, target: usize, targetPixel: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u32>(target, load<u32>(source));
    source += sourcePixel;
    target += targetPixel;
  }
}
