/** x where x > 0, else slope · x, with one slope a channel. */

import { invalidModel } from "../../invalid-model.ts";
import { isOp } from "../../is-op.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, formatShape, pictureShape, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const prelu: OpDefinition<"prelu"> = {
  ...pixelwise,
  op: "prelu",
  shape: (sources) => {
    checkSourceCount("prelu", sources, 2);
    const shape = pictureShape("prelu", sources[0]);
    const slopes = sources[1]!;
    if (slopes.length === 1 && slopes[0] === shape[1]) return shape;
    throw invalidModel(
      `prelu: a picture of ${shape[1]} channels wants slopes of [${shape[1]}], not ${formatShape(slopes)}.`,
      "Give one slope for each channel.",
      { op: "prelu", channels: shape[1], slopes: formatShape(slopes) },
    );
  },
  reference: (sources) => {
    const [picture, slopes] = sources as readonly [Tensor, Tensor];
    const [, channels, height, width] = picture.shape as [number, number, number, number];
    const plane = height * width;
    const result = tensor(picture.shape);
    for (let start = 0; start < result.data.length; start += plane) {
      const slope = slopes.data[(start / plane) % channels]!;
      for (let i = start; i < start + plane; i += 1) {
        const value = picture.data[i]!;
        result.data[i] = value > 0 ? value : slope * value;
      }
    }
    return result;
  },
  /** As Relu(x) − slope · Relu(−x): onnxruntime-web's WebGPU engine has no PRelu. */
  onnx: (emitter, node) => {
    const [picture, slopes] = node.sources as readonly [Node, Node];
    const x = emitter.valueOf(picture);
    const positive = emitter.node("Relu", [x]);
    const negative = emitter.node("Relu", [emitter.node("Neg", [x])]);
    const shape = [1, emitter.shapeOf(slopes)[0]!, 1, 1];
    const slope = isOp(slopes, "constant")
      ? emitter.floats(tensor(shape, slopes.arg.data))
      : emitter.node("Reshape", [emitter.valueOf(slopes), emitter.integers(shape)]);
    return emitter.node("Sub", [positive, emitter.node("Mul", [negative, slope])]);
  },
  gradient: (build, { sources }, outgoing) => {
    const [picture, slopes] = sources as readonly [Node, Node];
    const channels = build.shapeOf(slopes)[0]!;
    const passed = build.multiply(outgoing, build.isPositive(picture));
    const weakened = build.subtract(outgoing, passed);
    const weak = build.multiply(weakened, build.reshape(slopes, [1, channels, 1, 1]));
    const ofSlopes = build.sum(build.multiply(weakened, picture), [0, 2, 3]);
    return [build.add(passed, weak), build.reshape(ofSlopes, [channels])];
  },
};
