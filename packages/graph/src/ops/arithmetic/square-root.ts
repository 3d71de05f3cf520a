/** The square root. */

import { pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { mapNumbers, unaryShape } from "./unary.ts";

export const squareRoot: OpDefinition<"squareRoot"> = {
  ...pixelwise,
  op: "squareRoot",
  shape: (sources) => unaryShape("squareRoot", sources),
  reference: (sources) => mapNumbers(sources, Math.sqrt),
  onnx: (emitter, node) => emitter.node("Sqrt", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, node, outgoing) => [build.divide(build.times(outgoing, 0.5), node)],
};
