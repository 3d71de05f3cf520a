/** A convolution in the plainest form: what integers are calibrated by and judged against. */

import type { Size } from "@tatami/core";
import type { ChainLayer } from "@tatami/kernels";

/** A layer's shape and weights; whole numbers give exact sums. */
export type Kernels = Pick<ChainLayer, "kernel" | "inputs" | "outputs"> & {
  /** `[outputs][inputs][kernel][kernel]`. */
  readonly weights: ArrayLike<number>;
};

/** `[inputs][height][width]` to `[outputs][height][width]`; zeros outside, no bias. */
export function convolve(
  planes: Float64Array,
  { width, height }: Size,
  { kernel, inputs, outputs, weights }: Kernels,
): Float64Array {
  const area = width * height;
  const sums = new Float64Array(outputs * area);
  const reach = (kernel - 1) / 2;
  for (let output = 0, at = 0; output < outputs; output++)
    for (let input = 0; input < inputs; input++)
      for (let row = -reach; row <= reach; row++)
        for (let column = -reach; column <= reach; column++) {
          const weight = weights[at++]!;
          if (weight === 0) continue;
          const [left, right] = [Math.max(0, -column), Math.min(width, width - column)];
          for (let y = Math.max(0, -row); y < Math.min(height, height - row); y++) {
            const to = output * area + y * width;
            const from = input * area + (y + row) * width + column;
            for (let x = left; x < right; x++) sums[to + x]! += weight * planes[from + x]!;
          }
        }
  return sums;
}
