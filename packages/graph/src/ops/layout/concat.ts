/** Tensors joined along one axis. */

import { invalidModel } from "../../invalid-model.ts";
import { elementCount, tensor } from "../../tensor.ts";
import { pixelwise } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OnnxEmitter, OpDefinition, Shape } from "../definition.ts";

/** A WebGPU shader binds eight storage buffers by default: seven sources and the result. */
const maxOnnxInputs = 7;

export const concat: OpDefinition<"concat"> = {
  ...pixelwise,
  op: "concat",
  shape: (sources, { axis }) => {
    const first = sources[0];
    if (first === undefined || !Number.isInteger(axis) || axis < 0 || axis >= first.length) {
      throw invalidModel(
        `concat cannot join ${sources.map(formatShape).join(", ") || "nothing"} along axis ${axis}.`,
        "Give concat at least one source, and an axis that the sources have.",
        { op: "concat", axis },
      );
    }
    for (const shape of sources) {
      const fits = shape.length === first.length && shape.every((size, a) => a === axis || size === first[a]);
      if (fits) continue;
      throw invalidModel(
        `concat cannot join ${formatShape(first)} and ${formatShape(shape)} along axis ${axis}.`,
        "Give concat sources that differ only along its axis.",
        { op: "concat", axis, first: formatShape(first), other: formatShape(shape) },
      );
    }
    const joined = sources.reduce((sum, shape) => sum + shape[axis]!, 0);
    return first.map((size, a) => (a === axis ? joined : size));
  },
  reference: (sources, arg) => {
    const shape = concat.shape(
      sources.map((source) => source.shape),
      arg,
    );
    const result = tensor(shape);
    const rows = elementCount(shape.slice(0, arg.axis));
    const width = runLength(shape, arg.axis);
    let at = 0;
    for (const source of sources) {
      const run = runLength(source.shape, arg.axis);
      for (let row = 0; row < rows; row++) {
        result.data.set(source.data.subarray(row * run, (row + 1) * run), row * width + at);
      }
      at += run;
    }
    return result;
  },
  onnx: (emitter, node) =>
    joinValues(
      emitter,
      node.sources.map((source) => emitter.valueOf(source)),
      node.arg.axis,
    ),
  gradient: (build, { sources, arg: { axis } }, outgoing) => {
    let start = 0;
    return sources.map((source) => {
      const end = start + build.shapeOf(source)[axis]!;
      const part = build.slice(outgoing, axis, start, end);
      start = end;
      return part;
    });
  },
};

/** ONNX values joined along an axis, a few at a time. */
export function joinValues(emitter: OnnxEmitter, names: readonly string[], axis: number): string {
  let left = names;
  do {
    const joined = emitter.node("Concat", left.slice(0, maxOnnxInputs), { axis });
    left = [joined, ...left.slice(maxOnnxInputs)];
  } while (left.length > 1);
  return left[0]!;
}

/** Numbers that lie together for one index of the axes before `axis`. */
function runLength(shape: Shape, axis: number): number {
  return elementCount(shape.slice(axis));
}
