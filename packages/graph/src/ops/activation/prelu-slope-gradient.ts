/** What a PReLU's slopes receive when its result receives a gradient. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node, Op } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition, Shape } from "../definition.ts";

export const preluSlopeGradient: OpDefinition<"preluSlopeGradient"> = {
  ...stepOnly,
  op: "preluSlopeGradient",
  shape: (sources) => {
    checkSourceCount("preluSlopeGradient", sources, 2);
    checkSameShape("preluSlopeGradient", sources[0]!, sources[1]!);
    return [pictureShape("preluSlopeGradient", sources[1])[1]];
  },
  reference: (sources) => {
    const [outgoing, picture] = sources as readonly [Tensor, Tensor];
    const [, channels, height, width] = picture.shape as [number, number, number, number];
    const sums = new Float64Array(channels);
    for (let i = 0; i < picture.data.length; i++) {
      const channel = Math.floor(i / (height * width)) % channels;
      sums[channel]! += outgoing.data[i]! * Math.min(picture.data[i]!, 0);
    }
    return tensor([channels], Float32Array.from(sums));
  },
  onnx: (emitter, node) => {
    const [outgoing, picture] = node.sources.map((source) => emitter.valueOf(source)) as [string, string];
    const negative = emitter.node("Relu", [emitter.node("Neg", [picture])]);
    const product = emitter.node("Mul", [outgoing, negative]);
    const sum = emitter.node("ReduceSum", [product, emitter.integers([0, 2, 3])], { keepdims: 0 });
    return emitter.node("Neg", [sum]);
  },
  gradient: (build, { sources }, outgoing) => {
    const [first, picture] = sources as readonly [Node, Node];
    const slopes = build.reshape(outgoing, [1, build.shapeOf(picture)[1]!, 1, 1]);
    const negative = build.subtract(picture, build.relu(picture));
    const weak = build.subtract(first, build.multiply(first, build.isPositive(picture)));
    return [build.multiply(negative, slopes), build.multiply(weak, slopes)];
  },
};

/** @throws TatamiError `invalid-model` unless a gradient has the shape of the picture. */
export function checkSameShape(op: Op, outgoing: Shape, picture: Shape): void {
  if (formatShape(outgoing) === formatShape(picture)) return;
  throw invalidModel(
    `${op}: a gradient of ${formatShape(outgoing)} is not that of a picture of ${formatShape(picture)}.`,
    "Give the gradient of the activation's result, and the picture that the activation worked on.",
    { op, outgoing: formatShape(outgoing), picture: formatShape(picture) },
  );
}
