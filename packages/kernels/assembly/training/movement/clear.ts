/** Zeros in a plane: everywhere, or in the padding channels. */

import { firstLanes } from "../elementwise/row-tails";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/** Every number of the picture becomes 0. */
export function clearPlane(plane: Plane): void {
  const run = <usize>plane.width * <usize>plane.pixel;
  for (let y = 0; y < plane.height; y++) memory.fill(rowOf(plane, y), 0, run);
}

/** The channels from `channels` on become 0: those that pad the pixel to a multiple of four, or any others. */
export function clearChannels(plane: Plane, channels: i32): void {
  const pixel = <usize>plane.pixel;
  const first = <usize>(channels >> 2) << 4;
  if (<usize>channels << 2 >= pixel) return;
  const lanes = firstLanes(channels & 3), zero = f32x4.splat(0);
  const run = <usize>plane.width * pixel;
  for (let y = 0; y < plane.height; y++) {
    const row = rowOf(plane, y);
    for (let i = first; i < run; i += pixel) v128.store(row + i, v128.and(v128.load(row + i), lanes));
    for (let channel = first + 16; channel < pixel; channel += 16) {
      for (let i = channel; i < run; i += pixel) v128.store(row + i, zero);
    }
  }
}
