/** The square root. */

import { tensor } from "../../tensor.ts";
import { checkSourceCount, trainingOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const squareRoot: OpDefinition<"squareRoot"> = {
  ...trainingOnly,
  op: "squareRoot",
  shape: (sources) => {
    checkSourceCount("squareRoot", sources, 1);
    return sources[0]!;
  },
  reference: ([source]) =>
    tensor(
      source!.shape,
      source!.data.map((value) => Math.sqrt(value)),
    ),
  onnx: (emitter, node) => emitter.node("Sqrt", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, node, outgoing) => [build.divide(build.times(outgoing, 0.5), node)],
};
