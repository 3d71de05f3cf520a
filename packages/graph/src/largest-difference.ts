/** How far two tensors are apart. */

import { invalidModel } from "./invalid-model.ts";
import type { Tensor } from "./tensor.ts";

/**
 * The largest absolute difference between two tensors; NaN if there is a NaN in either.
 *
 * @throws TatamiError `invalid-model` when their shapes differ.
 */
export function largestDifference(a: Tensor, b: Tensor): number {
  if (a.shape.length !== b.shape.length || a.shape.some((size, axis) => size !== b.shape[axis])) {
    throw invalidModel(
      `Tensors of shapes [${a.shape.join(", ")}] and [${b.shape.join(", ")}] cannot be compared.`,
      "Compare tensors of equal shape.",
    );
  }
  return a.data.reduce((most, value, i) => {
    const difference = Math.abs(value - b.data[i]!);
    return difference > most || Number.isNaN(difference) ? difference : most;
  }, 0);
}
