/** What a convolution's picture receives when its result receives a gradient. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { kernelShape, padsOf } from "./conv2d.ts";
import { convolve } from "./convolve.ts";
import { checkSourceCount, pictureShape, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const conv2dInputGradient: OpDefinition<"conv2dInputGradient"> = {
  ...stepOnly,
  op: "conv2dInputGradient",
  shape: (sources) => {
    checkSourceCount("conv2dInputGradient", sources, 2);
    const [n, channels, height, width] = pictureShape("conv2dInputGradient", sources[0]);
    const [outputs, inputs, tall, wide] = kernelShape(sources[1]!);
    if (outputs === channels && tall % 2 === 1 && wide % 2 === 1) return [n, inputs, height, width];
    throw invalidModel(
      `conv2dInputGradient: kernel ${formatShape(sources[1]!)} does not give ${channels} channels, or has even sides.`,
      "Give the kernel of the convolution whose result the gradient is of.",
      { op: "conv2dInputGradient", channels, kernel: formatShape(sources[1]!) },
    );
  },
  /** A convolution too: kernel turned by half a circle, inputs and outputs exchanged. */
  reference: ([outgoing, kernel]) => {
    const turned = turn(kernel!);
    return convolve(outgoing!, turned, tensor([turned.shape[0]!]));
  },
  onnx: (emitter, node) => {
    const sides = emitter.shapeOf(node.sources[1]!).slice(2);
    return emitter.node(
      "ConvTranspose",
      node.sources.map((source) => emitter.valueOf(source)),
      { kernel_shape: sides, pads: padsOf(sides), strides: [1, 1], dilations: [1, 1], group: 1 },
    );
  },
  gradient: (build, { sources }, outgoing) => {
    const [first, kernel] = sources as readonly [Node, Node];
    const [, , height, width] = kernelShape(build.shapeOf(kernel));
    return [build.conv2d(outgoing, kernel), build.conv2dWeightGradient(outgoing, first, height, width)];
  },
};

/** `[o, i, kh, kw]` as `[i, o, kh, kw]`, rows and columns reversed. */
function turn({ shape, data }: Tensor): Tensor {
  const [outputs, inputs, height, width] = kernelShape(shape);
  const taps = height * width;
  const result = tensor([inputs, outputs, height, width]);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const from = data.subarray((o * inputs + i) * taps, (o * inputs + i + 1) * taps);
      result.data.set(from.toReversed(), (i * outputs + o) * taps);
    }
  }
  return result;
}
