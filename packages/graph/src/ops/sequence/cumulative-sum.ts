/** Sums of everything up to each number along an axis. */

import { invalidModel } from "../../invalid-model.ts";
import { elementCount, tensor } from "../../tensor.ts";
import { formatShape } from "../../probe.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const cumulativeSum: OpDefinition<"cumulativeSum"> = {
  ...stepOnly,
  op: "cumulativeSum",
  shape: (sources, { axis }) => {
    checkSourceCount("cumulativeSum", sources, 1);
    if (sources[0]![axis] !== undefined) return sources[0]!;
    throw invalidModel(
      `cumulativeSum cannot run along axis ${axis} of ${formatShape(sources[0]!)}.`,
      "Give cumulativeSum an axis that its source has.",
      { op: "cumulativeSum", axis },
    );
  },
  reference: ([source], { axis, reversed }) => {
    const { shape, data } = source!;
    const result = tensor(shape);
    const count = shape[axis]!;
    const step = elementCount(shape.slice(axis + 1));
    for (let row = 0; row < data.length; row += count * step) {
      for (let inner = 0; inner < step; inner++) {
        let sum = 0;
        for (let at = 0; at < count; at++) {
          const place = row + inner + (reversed ? count - 1 - at : at) * step;
          sum += data[place]!;
          result.data[place] = sum;
        }
      }
    }
    return result;
  },
  onnx: (emitter, node) =>
    emitter.node("CumSum", [emitter.valueOf(node.sources[0]!), emitter.integers([node.arg.axis])], {
      reverse: node.arg.reversed ? 1 : 0,
    }),
  gradient: (build, { arg: { axis, reversed } }, outgoing) => [
    build.cumulativeSum(outgoing, axis, !reversed),
  ],
};
