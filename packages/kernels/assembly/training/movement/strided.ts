/** Any rearrangement that takes a step of its own along each of six dimensions: transpositions, slices, repetitions. */

import { loadTail, storeTail } from "../elementwise/row-tails";

const DIMENSIONS: usize = 6;

/**
 * Copies floats.
 *
 * @param table i32: the source's address, the target's, six sizes, six source strides and six target strides in bytes,
 * outermost first. A stride may be 0 or negative. Source and target must not overlap.
 */
export function copyStrided(table: usize): void {
  walk(table, false);
}

/** As {@link copyStrided}, added to the target: with target strides of 0 it sums. */
export function addStrided(table: usize): void {
  walk(table, true);
}

// @ts-ignore: decorator
@inline
export function walk(table: usize, add: bool): void {
  const sizes = table + 8;
  for (let i: usize = 0; i < DIMENSIONS; i++) if (load<i32>(sizes + (i << 2)) <= 0) return;
  // the innermost dimension that is one: the loop that runs along it alone is the tight one
  let last: usize = DIMENSIONS - 1;
  while (last > 0 && load<i32>(sizes + (last << 2)) == 1) last--;
  if (add) addAlong(sizes, 0, last, load<i32>(table, 0), load<i32>(table, 4));
  else copyAlong(sizes, 0, last, load<i32>(table, 0), load<i32>(table, 4));
}

function copyAlong(sizes: usize, dimension: usize, last: usize, source: i32, target: i32): void {
  const at = sizes + (dimension << 2);
  const count = load<i32>(at), sourceStep = load<i32>(at, 24), targetStep = load<i32>(at, 48);
  if (dimension < last) {
    for (let i = 0; i < count; i++) {
      copyAlong(sizes, dimension + 1, last, source, target);
      source += sourceStep;
      target += targetStep;
    }
    return;
  }
  if (sourceStep == 4 && targetStep == 4) return copyFloats(<usize>source, <usize>target, count);
  for (let i = 0; i < count; i++) {
    store<u32>(<usize>target, load<u32>(<usize>source));
    source += sourceStep;
    target += targetStep;
  }
}

function addAlong(sizes: usize, dimension: usize, last: usize, source: i32, target: i32): void {
  const at = sizes + (dimension << 2);
  const count = load<i32>(at), sourceStep = load<i32>(at, 24), targetStep = load<i32>(at, 48);
  if (dimension < last) {
    for (let i = 0; i < count; i++) {
      addAlong(sizes, dimension + 1, last, source, target);
      source += sourceStep;
      target += targetStep;
    }
    return;
  }
  if (sourceStep == 4 && targetStep == 4) return addFloats(<usize>source, <usize>target, count);
  for (let i = 0; i < count; i++) {
    store<f32>(<usize>target, load<f32>(<usize>target) + load<f32>(<usize>source));
    source += sourceStep;
    target += targetStep;
  }
}

/** Copies any number of floats that lie together. */
export function copyFloats(source: usize, target: usize, count: i32): void {
  const rest = <usize>(count & 3) << 2, whole = (<usize>count << 2) - rest;
  for (let i: usize = 0; i < whole; i += 16) v128.store(target + i, v128.load(source + i));
  if (rest) storeTail(target + whole, loadTail(source + whole, rest), rest);
}

/** Adds any number of floats that lie together. */
export function addFloats(source: usize, target: usize, count: i32): void {
  const rest = <usize>(count & 3) << 2, whole = (<usize>count << 2) - rest;
  for (let i: usize = 0; i < whole; i += 16) {
    v128.store(target + i, f32x4.add(v128.load(target + i), v128.load(source + i)));
  }
  if (!rest) return;
  storeTail(target + whole, f32x4.add(loadTail(target + whole, rest), loadTail(source + whole, rest)), rest);
}
