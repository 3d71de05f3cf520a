/** A named tensor that is bound when the graph is run. */

import { checkSourceCount, trainingOnly } from "./definition.ts";
import type { OpDefinition } from "./definition.ts";

export const parameter: OpDefinition<"parameter"> = {
  ...trainingOnly,
  op: "parameter",
  shape: (sources, { shape }) => {
    checkSourceCount("parameter", sources, 0);
    return shape;
  },
  reference: (sources) => sources[0]!,
  onnx: (_emitter, node) => node.arg.name,
  gradient: () => [],
};
