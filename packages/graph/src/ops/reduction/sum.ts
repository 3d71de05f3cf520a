/** The sum along axes. */

import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { reducedShape, reduceSum } from "./reduce.ts";

export const sum: OpDefinition<"sum"> = {
  ...pixelwise,
  op: "sum",
  shape: (sources, { axes }) => reducedShape("sum", sources, axes),
  reference: ([source], { axes }) => reduceSum(source!, axes),
  onnx: (emitter, node) =>
    emitter.node("ReduceSum", [emitter.valueOf(node.sources[0]!), emitter.integers(node.arg.axes)], {
      keepdims: 1,
    }),
  gradient: (build, { sources }, outgoing) => [build.expand(outgoing, build.shapeOf(sources[0]!))],
};
