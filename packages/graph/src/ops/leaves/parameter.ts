/** A named tensor that is bound when the graph is run. */

import { invalidModel } from "../../invalid-model.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const parameter: OpDefinition<"parameter"> = {
  ...stepOnly,
  op: "parameter",
  shape: (sources, { name, shape }) => {
    checkSourceCount("parameter", sources, 0);
    if (name !== "" && shape.every((size) => Number.isInteger(size) && size > 0)) return shape;
    throw invalidModel(
      `Parameter "${name}" cannot have shape ${formatShape(shape)}.`,
      "Give a parameter a name, and dimensions that are whole numbers of 1 or more.",
      { parameter: name, shape: formatShape(shape) },
    );
  },
  reference: (sources) => sources[0]!,
  onnx: (_emitter, node) => node.arg.name,
  gradient: () => [],
};
