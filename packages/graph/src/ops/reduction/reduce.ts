/** Numbers added up along axes, which stay as dimensions of size 1. */

import { invalidModel } from "../../invalid-model.ts";
import type { Op } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { Shape } from "../definition.ts";

/** The shape with 1 along the axes. @throws TatamiError `invalid-model` for axes that it has not, or twice. */
export function reducedShape(op: Op, sources: readonly Shape[], axes: readonly number[]): Shape {
  checkSourceCount(op, sources, 1);
  const shape = sources[0]!;
  const known = axes.every((axis, at) => shape[axis] !== undefined && axes.indexOf(axis) === at);
  if (known) return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  throw invalidModel(
    `${op} cannot run along axes ${formatShape(axes)} of ${formatShape(shape)}.`,
    `Give ${op} axes that its source has, each once.`,
    { op, shape: formatShape(shape), axes: formatShape(axes) },
  );
}

/** Sums along the axes, in float64, each multiplied by `factor` at the end. */
export function reduceSum(source: Tensor, axes: readonly number[], factor = 1): Tensor {
  const shape = source.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const result = tensor(shape);
  const sums = new Float64Array(result.data.length);
  const places = placesIn(source.shape, shape);
  for (const [i, value] of source.data.entries()) sums[places(i)]! += value;
  result.data.set(sums.map((sum) => sum * factor));
  return result;
}

/** For an index into a tensor, the index into one whose dimensions are the same or 1. */
export function placesIn(shape: Shape, reduced: Shape): (index: number) => number {
  return (index) => {
    let rest = index;
    let place = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis]!;
      if (reduced[axis] !== 1) place += (rest % size) * stride;
      stride *= reduced[axis]!;
      rest = Math.floor(rest / size);
    }
    return place;
  };
}
