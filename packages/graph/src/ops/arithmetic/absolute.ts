/** The absolute value. */

import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const absolute: OpDefinition<"absolute"> = {
  ...pixelwise,
  op: "absolute",
  shape: (sources) => unaryShape("absolute", sources),
  reference: (sources) => mapNumbers(sources, Math.abs),
  onnx: (emitter, node) => emitter.node("Abs", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, { sources }, outgoing) => [build.multiply(outgoing, build.sign(sources[0]!))],
};
