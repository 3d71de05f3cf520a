/** The products of transformed tiles, whatever the tiles are of. */

import { multiplyFour, multiplySixteen } from "../convolution/winograd-multiply";
import { Layer, Plan } from "./structures";

/**
 * Products of `tiles` transformed tiles in the plan's `v` with a layer's transformed weights, into its `m`.
 *
 * @param pixel bytes of one pixel that the layer reads
 * @param outPixel bytes of one that it makes
 */
export function multiplyTiles(plan: Plan, layer: Layer, pixel: usize, outPixel: usize, tiles: i32): void {
  const vStride = <usize>plan.tiles * pixel, mStride = <usize>plan.tiles * outPixel;
  // products come in groups; what is beyond the last tile is computed from scratch's old values and not used
  const group = ((tiles + 5) / 6) * 6;
  let channel: usize = 0;
  const u = <usize>layer.weights;
  for (; channel + 64 <= outPixel; channel += 64) {
    multiplySixteen(plan.v, vStride, pixel, u + channel, <usize>plan.m + channel, mStride, outPixel, group);
  }
  for (; channel < outPixel; channel += 16) {
    multiplyFour(plan.v, vStride, pixel, u + channel, <usize>plan.m + channel, mStride, outPixel, group);
  }
}
