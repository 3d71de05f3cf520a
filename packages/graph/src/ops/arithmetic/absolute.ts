/** The absolute value. */

import { tensor } from "../../tensor.ts";
import { checkSourceCount, trainingOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const absolute: OpDefinition<"absolute"> = {
  ...trainingOnly,
  op: "absolute",
  shape: (sources) => {
    checkSourceCount("absolute", sources, 1);
    return sources[0]!;
  },
  reference: ([source]) =>
    tensor(
      source!.shape,
      source!.data.map((value) => Math.abs(value)),
    ),
  onnx: (emitter, node) => emitter.node("Abs", [emitter.valueOf(node.sources[0]!)]),
  gradient: (build, { sources }, outgoing) => {
    const source = sources[0]!;
    const sign = build.subtract(build.isPositive(source), build.isPositive(build.times(source, -1)));
    return [build.multiply(outgoing, sign)];
  },
};
