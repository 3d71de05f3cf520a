/** e to the power of x. */

import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const exponential: OpDefinition<"exponential"> = {
  ...pixelwise,
  op: "exponential",
  shape: (sources) => unaryShape("exponential", sources),
  reference: (sources) => mapNumbers(sources, Math.exp),
  onnx: (emitter, node) => emitter.node("Exp", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, node, outgoing) => [build.multiply(outgoing, node)],
};
