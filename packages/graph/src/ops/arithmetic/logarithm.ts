/** The natural logarithm. */

import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const logarithm: OpDefinition<"logarithm"> = {
  ...pixelwise,
  op: "logarithm",
  shape: (sources) => unaryShape("logarithm", sources),
  reference: (sources) => mapNumbers(sources, Math.log),
  onnx: (emitter, node) => emitter.node("Log", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, { sources }, outgoing) => [build.divide(outgoing, sources[0]!)],
};
