/** A stretch of one axis. */

import { invalidModel } from "../../invalid-model.ts";
import { elementCount, tensor } from "../../tensor.ts";
import { checkSourceCount, pixelwise } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const slice: OpDefinition<"slice"> = {
  ...pixelwise,
  op: "slice",
  shape: (sources, { axis, start, end }) => {
    checkSourceCount("slice", sources, 1);
    const shape = sources[0]!;
    const size = shape[axis];
    const whole = [axis, start, end].every((number) => Number.isInteger(number));
    if (whole && size !== undefined && start >= 0 && start < end && end <= size) {
      return shape.map((old, a) => (a === axis ? end - start : old));
    }
    throw invalidModel(
      `slice cannot take ${start}..${end} of axis ${axis} of ${formatShape(shape)}.`,
      "Give slice a range that is not empty and lies within the axis.",
      { op: "slice", axis, start, end },
    );
  },
  reference: ([source], { axis, start, end }) => {
    const { shape, data } = source!;
    const step = elementCount(shape.slice(axis + 1));
    const from = shape[axis]! * step;
    const run = (end - start) * step;
    const result = tensor(shape.map((size, a) => (a === axis ? end - start : size)));
    for (let row = 0; row * run < result.data.length; row++) {
      const first = row * from + start * step;
      result.data.set(data.subarray(first, first + run), row * run);
    }
    return result;
  },
  onnx: (emitter, node) =>
    emitter.node("Slice", [
      emitter.valueOf(node.sources[0]!),
      emitter.integers([node.arg.start]),
      emitter.integers([node.arg.end]),
      emitter.integers([node.arg.axis]),
    ]),
  gradient: (build, { sources, arg: { axis, start, end } }, outgoing) => [
    build.pad(outgoing, axis, start, build.shapeOf(sources[0]!)[axis]! - end),
  ],
};
