/** Tensors of random numbers. */

import { elementCount, tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/** A tensor of numbers spread evenly from `low` to `high`, drawn from `random` (numbers from 0 up to 1). */
export function randomTensor(
  shape: readonly number[],
  low: number,
  high: number,
  random: () => number,
): Tensor {
  return tensor(
    shape,
    Float32Array.from({ length: elementCount(shape) }, () => low + (high - low) * random()),
  );
}
