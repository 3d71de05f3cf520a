/** A convolution of every channel by itself, zeros around the picture, stride 1. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node, Op } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import type { Tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition, Shape } from "../definition.ts";
import { conv2d, kernelShape, padsOf } from "./conv2d.ts";

export const depthwiseConv2d: OpDefinition<"depthwiseConv2d"> = {
  op: "depthwiseConv2d",
  place: "picture",
  shape: (sources) => {
    checkSourceCount("depthwiseConv2d", sources, 3);
    checkDepthwiseKernel("depthwiseConv2d", sources[0]!, sources[1]!);
    const channels = pictureShape("depthwiseConv2d", sources[0])[1];
    const bias = sources[2]!;
    if (bias.length === 1 && bias[0] === channels) return sources[0]!;
    throw invalidModel(
      `depthwiseConv2d: a picture of ${channels} channels wants a bias of [${channels}], not ${formatShape(bias)}.`,
      "Give one bias for each channel.",
      { op: "depthwiseConv2d", channels, bias: formatShape(bias) },
    );
  },
  reference: (sources) => convolveChannels(sources[0]!, sources[1]!, sources[2]!),
  halo: conv2d.halo,
  macs: (sources) => {
    const [n, channels, height, width] = pictureShape("depthwiseConv2d", sources[0]);
    const [, , tall, wide] = kernelShape(sources[1]!);
    return n * channels * height * width * tall * wide;
  },
  parameters: conv2d.parameters,
  onnx: (emitter, node) => {
    const [channels, , ...sides] = emitter.shapeOf(node.sources[1]!) as readonly [
      number,
      number,
      ...number[],
    ];
    return emitter.node(
      "Conv",
      node.sources.map((source) => emitter.valueOf(source)),
      { kernel_shape: sides, pads: padsOf(sides), strides: [1, 1], dilations: [1, 1], group: channels },
    );
  },
  gradient: (build, { sources }, outgoing) => {
    const [picture, kernel] = sources as readonly [Node, Node];
    const [channels, , height, width] = kernelShape(build.shapeOf(kernel));
    return [
      build.depthwiseInputGradient(outgoing, kernel),
      build.depthwiseWeightGradient(picture, outgoing, height, width),
      build.reshape(build.sum(outgoing, [0, 2, 3]), [channels]),
    ];
  },
};

/** @throws TatamiError `invalid-model` unless the kernel is `[c, 1, kh, kw]` for the picture's c channels, its sides odd. */
export function checkDepthwiseKernel(op: Op, picture: Shape, kernel: Shape): void {
  const channels = pictureShape(op, picture)[1];
  const [outputs, inputs, height, width] = kernelShape(kernel);
  if (outputs === channels && inputs === 1 && height % 2 === 1 && width % 2 === 1) return;
  throw invalidModel(
    `${op}: kernel ${formatShape(kernel)} is not one of odd sides for each of ${channels} channels.`,
    `Give a kernel of [${channels}, 1, kh, kw], kh and kw odd.`,
    { op, channels, kernel: formatShape(kernel) },
  );
}

/** Each channel under its own kernel, summed in float64, tap by tap: in one order wherever the pixel lies. */
export function convolveChannels(picture: Tensor, kernel: Tensor, bias: Tensor): Tensor {
  const [n, channels, height, width] = picture.shape as [number, number, number, number];
  const [, , tall, wide] = kernelShape(kernel.shape);
  const result = tensor(picture.shape);
  const sums = new Float64Array(height * width);
  for (let plane = 0; plane < n * channels; plane++) {
    const channel = plane % channels;
    const start = plane * sums.length;
    sums.fill(bias.data[channel]!);
    for (let tap = 0; tap < tall * wide; tap++) {
      const weight = kernel.data[channel * tall * wide + tap]!;
      const dy = Math.floor(tap / wide) - (tall - 1) / 2;
      const dx = (tap % wide) - (wide - 1) / 2;
      for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++) {
        const from = start + (y + dy) * width + dx;
        for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++)
          sums[y * width + x]! += weight * picture.data[from + x]!;
      }
    }
    result.data.set(sums, start);
  }
  return result;
}
