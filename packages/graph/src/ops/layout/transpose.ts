/** Axes in another order. */

import { invalidModel } from "../../invalid-model.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition, Shape } from "../definition.ts";

export const transpose: OpDefinition<"transpose"> = {
  ...stepOnly,
  op: "transpose",
  shape: (sources, { order }) => {
    checkSourceCount("transpose", sources, 1);
    const shape = sources[0]!;
    if (order.length === shape.length && shape.every((_, axis) => order.includes(axis))) {
      return order.map((axis) => shape[axis]!);
    }
    throw invalidModel(
      `transpose cannot put ${formatShape(shape)} into the order ${formatShape(order)}.`,
      "Give transpose an order that names every axis of its source once.",
      { op: "transpose", shape: formatShape(shape), order: formatShape(order) },
    );
  },
  reference: ([source], { order }) => {
    const steps = stridesOf(source!.shape);
    const result = tensor(order.map((axis) => source!.shape[axis]!));
    const along = order.map((axis) => steps[axis]!);
    for (let i = 0; i < result.data.length; i++) {
      let rest = i;
      let from = 0;
      for (let axis = order.length - 1; axis >= 0; axis--) {
        const size = result.shape[axis]!;
        from += (rest % size) * along[axis]!;
        rest = Math.floor(rest / size);
      }
      result.data[i] = source!.data[from]!;
    }
    return result;
  },
  onnx: (emitter, node) =>
    emitter.node("Transpose", [emitter.valueOf(node.sources[0]!)], { perm: node.arg.order }),
  gradient: (build, { arg: { order } }, outgoing) => [
    build.transpose(
      outgoing,
      order.map((_, axis) => order.indexOf(axis)),
    ),
  ],
};

function stridesOf(shape: Shape): readonly number[] {
  const strides: number[] = [];
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}
