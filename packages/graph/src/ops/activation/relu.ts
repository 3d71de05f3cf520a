/** max(x, 0). */

import { mapNumbers, unaryShape } from "../arithmetic/unary.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const relu: OpDefinition<"relu"> = {
  ...pixelwise,
  op: "relu",
  shape: (sources) => unaryShape("relu", sources),
  reference: (sources) => mapNumbers(sources, (x) => Math.max(x, 0)),
  onnx: (emitter, node) => emitter.node("Relu", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, { sources }, outgoing) => [build.multiply(outgoing, build.isPositive(sources[0]!))],
};
