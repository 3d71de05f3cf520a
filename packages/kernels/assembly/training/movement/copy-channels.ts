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
  for (let y = 0; y < source.height; y++) {
    const p = rowOf(source, y) + (<usize>from << 2), q = rowOf(target, y) + (<usize>to << 2);
    copyRuns(p, sourcePixel, q, targetPixel, <usize>count << 2, source.width);
  }
}

/** Copies `count` runs of `bytes` each, a multiple of four, that begin every so many bytes. */
export function copyRuns(
  source: usize, sourceStep: usize, target: usize, targetStep: usize, bytes: usize, count: i32,
): void {
  if (bytes == sourceStep && bytes == targetStep) {
    memory.copy(target, source, <usize>count * bytes);
    return;
  }
  const whole = bytes & ~15, last = bytes - 4;
  for (let i: usize = 0; i < whole; i += 16) copyVectors(source + i, sourceStep, target + i, targetStep, count);
  if (bytes & 8) copyPairs(source + whole, sourceStep, target + whole, targetStep, count);
  if (bytes & 4) copySingles(source + last, sourceStep, target + last, targetStep, count);
}

function copyVectors(source: usize, sourceStep: usize, target: usize, targetStep: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    v128.store(target, v128.load(source));
    source += sourceStep;
    target += targetStep;
  }
}

function copyPairs(source: usize, sourceStep: usize, target: usize, targetStep: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u64>(target, load<u64>(source));
    source += sourceStep;
    target += targetStep;
  }
}

function copySingles(source: usize, sourceStep: usize, target: usize, targetStep: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u32>(target, load<u32>(source));
    source += sourceStep;
    target += targetStep;
  }
}
