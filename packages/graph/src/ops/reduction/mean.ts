/** The mean along axes. */

import { elementCount } from "../../tensor.ts";
import { pixelwise } from "../definition.ts";
import type { OpDefinition, Shape } from "../definition.ts";
import { reducedShape, reduceSum } from "./reduce.ts";

export const mean: OpDefinition<"mean"> = {
  ...pixelwise,
  op: "mean",
  shape: (sources, { axes }) => reducedShape("mean", sources, axes),
  reference: ([source], { axes }) => reduceSum(source!, axes, 1 / countAlong(source!.shape, axes)),
  onnx: (emitter, node) =>
    emitter.node("ReduceMean", [emitter.valueOf(node.sources[0]!)], { axes: node.arg.axes, keepdims: 1 }),
  gradient: (build, { sources, arg: { axes } }, outgoing) => {
    const shape = build.shapeOf(sources[0]!);
    return [build.expand(build.times(outgoing, 1 / countAlong(shape, axes)), shape)];
  },
};

function countAlong(shape: Shape, axes: readonly number[]): number {
  return elementCount(axes.map((axis) => shape[axis]!));
}
