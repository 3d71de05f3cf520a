/** The same numbers in the same order, under another shape. */

import { invalidModel } from "../../invalid-model.ts";
import { elementCount, tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const reshape: OpDefinition<"reshape"> = {
  ...stepOnly,
  op: "reshape",
  shape: (sources, { shape }) => {
    checkSourceCount("reshape", sources, 1);
    if (elementCount(sources[0]!) === elementCount(shape)) return shape;
    throw invalidModel(
      `reshape cannot make ${formatShape(shape)} of ${formatShape(sources[0]!)}.`,
      "Give reshape a shape of as many numbers as its source has.",
      { op: "reshape", from: formatShape(sources[0]!), shape: formatShape(shape) },
    );
  },
  reference: ([source], { shape }) => tensor(shape, source!.data),
  onnx: (emitter, node) =>
    emitter.node("Reshape", [emitter.valueOf(node.sources[0]!), emitter.integers(node.arg.shape)]),
  gradient: (build, { sources }, outgoing) => [build.reshape(outgoing, build.shapeOf(sources[0]!))],
};
