/** Channels into blocks of pixels and back, in ONNX's order DCR: the block's place is the outer part of the channel. */

import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { clearChannels } from "./clear";
import { copyRuns } from "./copy-channels";

/**
 * Channel (dy · block + dx) · channels + k of a pixel becomes channel k of the pixel at row dy, column dx of its block.
 *
 * @param target `block` times as wide and as high; its padding channels become zeros
 * @param channels the target's, without padding
 */
export function depthToSpacePlane(source: Plane, target: Plane, block: i32, channels: i32): void {
  move(source, target, block, channels, false);
  clearChannels(target, channels);
}

/**
 * The reverse of {@link depthToSpacePlane}.
 *
 * @param target a `block`th as wide and as high; its padding channels become zeros
 * @param channels the source's, without padding
 */
export function spaceToDepthPlane(source: Plane, target: Plane, block: i32, channels: i32): void {
  move(target, source, block, channels, true);
  clearChannels(target, channels * block * block);
}

// @ts-ignore: decorator
@inline
export function move(small: Plane, large: Plane, block: i32, channels: i32, gather: bool): void {
  // without padding between them, the columns of a block lie together in both planes
  const together = large.pixel == <u32>channels << 2;
  const runs: usize = together ? 1 : block;
  const run = <usize>(together ? block * channels : channels) << 2;
  const step = <usize>small.pixel, largePixel = <usize>large.pixel, largeStep = largePixel * <usize>block;
  for (let y = 0; y < small.height; y++) {
    for (let dy = 0; dy < block; dy++) {
      const row = rowOf(small, y) + <usize>(dy * block * channels << 2), there = rowOf(large, y * block + dy);
      for (let dx: usize = 0; dx < runs; dx++) {
        const p = row + dx * run, q = there + dx * largePixel;
        if (gather) copyRuns(q, largeStep, p, step, run, small.width);
        else copyRuns(p, step, q, largeStep, run, small.width);
      }
    }
  }
}
