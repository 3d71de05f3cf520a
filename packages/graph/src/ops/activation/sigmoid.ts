/** 1 / (1 + e⁻ˣ). */

import { mapNumbers, unaryShape } from "../arithmetic/unary.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const sigmoid: OpDefinition<"sigmoid"> = {
  ...pixelwise,
  op: "sigmoid",
  shape: (sources) => unaryShape("sigmoid", sources),
  reference: (sources) => mapNumbers(sources, (x) => 1 / (1 + Math.exp(-x))),
  onnx: (emitter, node) => emitter.node("Sigmoid", [emitter.valueOf(node.sources[0]!)]),
  /** y · (1 − y). */
  gradient: (build, node, outgoing) => [
    build.multiply(outgoing, build.subtract(node, build.multiply(node, node))),
  ],
};
