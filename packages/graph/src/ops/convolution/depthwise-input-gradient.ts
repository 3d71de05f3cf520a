/** What a depthwise convolution's picture receives when its result receives a gradient. */

import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, stepOnly } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { kernelShape, padsOf } from "./conv2d.ts";
import { checkDepthwiseKernel, convolveChannels } from "./depthwise-conv2d.ts";

export const depthwiseInputGradient: OpDefinition<"depthwiseInputGradient"> = {
  ...stepOnly,
  op: "depthwiseInputGradient",
  shape: (sources) => {
    checkSourceCount("depthwiseInputGradient", sources, 2);
    checkDepthwiseKernel("depthwiseInputGradient", sources[0]!, sources[1]!);
    return sources[0]!;
  },
  /** A depthwise convolution too, every kernel turned by half a circle. */
  reference: ([outgoing, kernel]) =>
    convolveChannels(outgoing!, turnEach(kernel!), tensor([outgoing!.shape[1]!])),
  onnx: (emitter, node) => {
    const [channels, , ...sides] = emitter.shapeOf(node.sources[1]!) as readonly [
      number,
      number,
      ...number[],
    ];
    return emitter.node(
      "ConvTranspose",
      node.sources.map((source) => emitter.valueOf(source)),
      { kernel_shape: sides, pads: padsOf(sides), strides: [1, 1], dilations: [1, 1], group: channels },
    );
  },
  gradient: (build, { sources }, outgoing) => {
    const [first, kernel] = sources as readonly [Node, Node];
    const [, , height, width] = kernelShape(build.shapeOf(kernel));
    return [
      build.depthwiseConv2d(outgoing, kernel),
      build.depthwiseWeightGradient(outgoing, first, height, width),
    ];
  },
};

/** Rows and columns of each channel's kernel reversed. */
function turnEach({ shape, data }: Tensor): Tensor {
  const [channels, , height, width] = kernelShape(shape);
  const taps = height * width;
  const result = tensor(shape);
  for (let c = 0; c < channels; c++) {
    result.data.set(data.subarray(c * taps, (c + 1) * taps).toReversed(), c * taps);
  }
  return result;
}
