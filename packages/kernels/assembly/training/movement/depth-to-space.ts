/** Channels into blocks of pixels and back, in ONNX's order DCR: the block's place is the outer part of the channel. */

import { rowOf } from "../plane-rows";
import { Plane } from "../structures";
import { clearChannels } from "./clear";
import { copyFloats } from "./strided";

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
function move(small: Plane, large: Plane, block: i32, channels: i32, gather: bool): void {
  // without padding between them, the columns of a block lie together in both planes
  const together = large.pixel == <u32>channels << 2;
  const runs = together ? 1 : block;
  const run = together ? block * channels : channels;
  const step = <usize>run << 2;
  const largeStep = together ? step : <usize>large.pixel;
  for (let y = 0; y < small.height; y++) {
    for (let dy = 0; dy < block; dy++) {
      let pixel = rowOf(small, y) + <usize>(dy * block * channels << 2);
      let there = rowOf(large, y * block + dy);
      for (let x = 0; x < small.width; x++) {
        let here = pixel;
        for (let dx = 0; dx < runs; dx++) {
          if (gather) copyFloats(there, here, run);
          else copyFloats(here, there, run);
          here += step;
          there += largeStep;
        }
        pixel += <usize>small.pixel;
      }
    }
  }
}
