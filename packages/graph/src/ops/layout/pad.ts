/** Zeros before and after, along one axis. */

import { invalidModel } from "../../invalid-model.ts";
import { elementCount, tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const pad: OpDefinition<"pad"> = {
  ...stepOnly,
  op: "pad",
  shape: (sources, { axis, before, after }) => {
    checkSourceCount("pad", sources, 1);
    const shape = sources[0]!;
    const whole = [before, after].every((count) => Number.isInteger(count) && count >= 0);
    if (whole && shape[axis] !== undefined) {
      return shape.map((size, a) => (a === axis ? before + size + after : size));
    }
    throw invalidModel(
      `pad cannot put ${before} and ${after} zeros around axis ${axis} of ${formatShape(shape)}.`,
      "Give pad an axis that its source has, and whole numbers of zeros.",
      { op: "pad", axis, before, after },
    );
  },
  reference: ([source], arg) => {
    const { shape, data } = source!;
    const result = tensor(pad.shape([shape], arg));
    const step = elementCount(shape.slice(arg.axis + 1));
    const run = shape[arg.axis]! * step;
    const width = run + (arg.before + arg.after) * step;
    for (let row = 0; row * run < data.length; row++) {
      result.data.set(data.subarray(row * run, (row + 1) * run), row * width + arg.before * step);
    }
    return result;
  },
  onnx: (emitter, node) => {
    const { axis, before, after } = node.arg;
    const zeros = emitter.shapeOf(node).map(() => 0);
    const pads = [...zeros.with(axis, before), ...zeros.with(axis, after)];
    return emitter.node("Pad", [emitter.valueOf(node.sources[0]!), emitter.integers(pads)]);
  },
  gradient: (build, { sources, arg: { axis, before } }, outgoing) => [
    build.slice(outgoing, axis, before, before + build.shapeOf(sources[0]!)[axis]!),
  ],
};
