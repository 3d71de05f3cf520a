/** Values limited to a range. */

import { tensor } from "../../tensor.ts";
import { checkSourceCount, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { invalidModel } from "../../invalid-model.ts";

export const clip: OpDefinition<"clip"> = {
  ...pixelwise,
  op: "clip",
  shape: (sources, { minimum, maximum }) => {
    checkSourceCount("clip", sources, 1);
    if (minimum <= maximum) return sources[0]!;
    throw invalidModel(
      `clip: the minimum ${minimum} is above the maximum ${maximum}.`,
      "Give clip a minimum that is not above its maximum.",
      { op: "clip", minimum, maximum },
    );
  },
  reference: ([source], { minimum, maximum }) =>
    tensor(
      source!.shape,
      source!.data.map((value) => Math.min(Math.max(value, minimum), maximum)),
    ),
  onnx: (emitter, node) =>
    emitter.node("Clip", [
      emitter.valueOf(node.sources[0]!),
      emitter.floats(tensor([], Float32Array.of(node.arg.minimum))),
      emitter.floats(tensor([], Float32Array.of(node.arg.maximum))),
    ]),
  /** Passes at the limits themselves: 1 − [x < minimum] − [x > maximum]. */
  gradient: (build, { sources, arg }, outgoing) => {
    const source = sources[0]!;
    const below = build.isPositive(build.plus(build.times(source, -1), arg.minimum));
    const above = build.isPositive(build.plus(source, -arg.maximum));
    const inside = build.plus(build.times(build.add(below, above), -1), 1);
    return [build.multiply(outgoing, inside)];
  },
};
