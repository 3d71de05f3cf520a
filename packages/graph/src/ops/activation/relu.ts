/** max(x, 0). */

import { tensor } from "../../tensor.ts";
import { checkSourceCount, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const relu: OpDefinition<"relu"> = {
  ...pixelwise,
  op: "relu",
  shape: (sources) => {
    checkSourceCount("relu", sources, 1);
    return sources[0]!;
  },
  reference: ([source]) =>
    tensor(
      source!.shape,
      source!.data.map((value) => Math.max(value, 0)),
    ),
  onnx: (emitter, node) => emitter.node("Relu", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, { sources }, outgoing) => [build.multiply(outgoing, build.isPositive(sources[0]!))],
};
