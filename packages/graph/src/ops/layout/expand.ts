/** Dimensions of size 1 repeated to a larger shape. */

import { invalidModel } from "../../invalid-model.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";
import { placesIn } from "../reduction/reduce.ts";

export const expand: OpDefinition<"expand"> = {
  ...stepOnly,
  op: "expand",
  shape: (sources, { shape }) => {
    checkSourceCount("expand", sources, 1);
    const from = sources[0]!;
    const fits =
      from.length === shape.length && from.every((size, axis) => size === 1 || size === shape[axis]);
    if (fits) return shape;
    throw invalidModel(
      `expand cannot repeat ${formatShape(from)} to ${formatShape(shape)}.`,
      "Give expand a shape that differs from its source's only where that is 1.",
      { op: "expand", from: formatShape(from), shape: formatShape(shape) },
    );
  },
  reference: ([source], { shape }) => {
    const places = placesIn(shape, source!.shape);
    const result = tensor(shape);
    for (let i = 0; i < result.data.length; i++) result.data[i] = source!.data[places(i)]!;
    return result;
  },
  onnx: (emitter, node) =>
    emitter.node("Expand", [emitter.valueOf(node.sources[0]!), emitter.integers(node.arg.shape)]),
  gradient: (build, { sources }, outgoing) => [build.sumTo(outgoing, build.shapeOf(sources[0]!))],
};
