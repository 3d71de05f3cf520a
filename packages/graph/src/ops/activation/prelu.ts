/** x where x > 0, else slope · x, with one slope a channel. */

import { invalidModel } from "../../invalid-model.ts";
import { isOp } from "../../is-op.ts";
import type { Node, Op } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OnnxEmitter, OpDefinition, Shape } from "../definition.ts";

export const prelu: OpDefinition<"prelu"> = {
  ...pixelwise,
  op: "prelu",
  shape: (sources) => {
    checkSourceCount("prelu", sources, 2);
    checkSlopes("prelu", sources[0]!, sources[1]!);
    return sources[0]!;
  },
  reference: (sources) => {
    const [picture, slopes] = sources as readonly [Tensor, Tensor];
    return byChannel(picture, slopes, (value, slope) => (value > 0 ? value : slope * value));
  },
  /** As Relu(x) − slope · Relu(−x): onnxruntime-web's WebGPU engine has no PRelu. */
  onnx: (emitter, node) => {
    const [picture, slopes] = node.sources as readonly [Node, Node];
    const x = emitter.valueOf(picture);
    const positive = emitter.node("Relu", [x]);
    const negative = emitter.node("Relu", [emitter.node("Neg", [x])]);
    return emitter.node("Sub", [positive, emitter.node("Mul", [negative, slopesOf(emitter, slopes)])]);
  },
  gradient: (build, { sources }, outgoing) => {
    const [picture, slopes] = sources as readonly [Node, Node];
    return [build.preluInputGradient(outgoing, picture, slopes), build.preluSlopeGradient(outgoing, picture)];
  },
};

/** @throws TatamiError `invalid-model` unless there is one slope a channel of the picture. */
export function checkSlopes(op: Op, picture: Shape, slopes: Shape): void {
  const channels = pictureShape(op, picture)[1];
  if (slopes.length === 1 && slopes[0] === channels) return;
  throw invalidModel(
    `${op}: a picture of ${channels} channels wants slopes of [${channels}], not ${formatShape(slopes)}.`,
    "Give one slope for each channel.",
    { op, channels, slopes: formatShape(slopes) },
  );
}

/** `combine(value, number, index)` for every value of a picture, with the number of its channel. */
export function byChannel(
  picture: Tensor,
  numbers: Tensor,
  combine: (value: number, number: number, index: number) => number,
): Tensor {
  const [, channels, height, width] = picture.shape as [number, number, number, number];
  const plane = height * width;
  const result = tensor(picture.shape);
  for (let start = 0; start < result.data.length; start += plane) {
    const number = numbers.data[(start / plane) % channels]!;
    for (let i = start; i < start + plane; i++) {
      result.data[i] = combine(picture.data[i]!, number, i);
    }
  }
  return result;
}

/** Slopes as the ONNX value that fits a picture, `[1, c, 1, 1]`. */
export function slopesOf(emitter: OnnxEmitter, slopes: Node): string {
  const shape = [1, emitter.shapeOf(slopes)[0]!, 1, 1];
  if (isOp(slopes, "constant")) return emitter.floats(tensor(shape, slopes.arg.data));
  return emitter.node("Reshape", [emitter.valueOf(slopes), emitter.integers(shape)]);
}
