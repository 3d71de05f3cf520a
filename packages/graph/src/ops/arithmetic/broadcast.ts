/** Arithmetic on two tensors, the second repeated along its dimensions of size 1. */

import { invalidModel } from "../../invalid-model.ts";
import type { Op } from "../../node.ts";
import { elementCount, tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { Shape } from "../definition.ts";

/** The first shape, when the second fits it. @throws TatamiError `invalid-model` otherwise. */
export function broadcastShape(op: Op, sources: readonly Shape[]): Shape {
  checkSourceCount(op, sources, 2);
  const [first, second] = sources as [Shape, Shape];
  const fits =
    first.length === second.length && second.every((size, axis) => size === 1 || size === first[axis]);
  if (fits) return first;
  throw invalidModel(
    `${op} cannot repeat ${formatShape(second)} to ${formatShape(first)}.`,
    `Give ${op} two tensors of equal shape, or a second one whose other dimensions are 1.`,
    { op, first: formatShape(first), second: formatShape(second) },
  );
}

/** `combine(a, b)` for every element of the first source. */
export function broadcast(sources: readonly Tensor[], combine: (a: number, b: number) => number): Tensor {
  const [a, b] = sources as readonly [Tensor, Tensor];
  const result = tensor(a.shape);
  const count = result.data.length;
  if (elementCount(b.shape) === count) {
    for (let i = 0; i < count; i++) result.data[i] = combine(a.data[i]!, b.data[i]!);
    return result;
  }
  const strides = repeatingStrides(b.shape);
  const width = a.shape.at(-1) ?? 1;
  const step = strides.at(-1) ?? 0;
  for (let row = 0; row * width < count; row++) {
    const from = rowOffset(row, a.shape, strides);
    for (let x = 0; x < width; x++) {
      const i = row * width + x;
      result.data[i] = combine(a.data[i]!, b.data[from + x * step]!);
    }
  }
  return result;
}

/** Steps through `data` for one step along each axis; 0 where the one value is repeated. */
function repeatingStrides(shape: Shape): readonly number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = shape[axis] === 1 ? 0 : stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Where the repeated tensor's numbers for a row of the first begin. */
function rowOffset(row: number, shape: Shape, strides: readonly number[]): number {
  let rest = row;
  let offset = 0;
  for (let axis = shape.length - 2; axis >= 0; axis--) {
    const size = shape[axis]!;
    offset += (rest % size) * strides[axis]!;
    rest = Math.floor(rest / size);
  }
  return offset;
}
