/** Convolution: stride 1, zeros around the picture, size kept. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { convolve } from "./convolve.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition, Shape } from "../definition.ts";

export const conv2d: OpDefinition<"conv2d"> = {
  ...pixelwise,
  op: "conv2d",
  shape: (sources) => {
    checkSourceCount("conv2d", sources, 3);
    const [n, channels, height, width] = pictureShape("conv2d", sources[0]);
    const [outputs, inputs, kernelHeight, kernelWidth] = kernelShape(sources[1]!);
    const bias = sources[2]!;
    if (inputs !== channels) {
      throw invalidModel(
        `conv2d: the picture has ${channels} channels, kernel ${formatShape(sources[1]!)} takes ${inputs}.`,
        "Make the kernel's second dimension the number of channels of the picture.",
        { op: "conv2d", channels, kernel: formatShape(sources[1]!) },
      );
    }
    if (bias.length !== 1 || bias[0] !== outputs) {
      throw invalidModel(
        `conv2d: kernel ${formatShape(sources[1]!)} wants a bias of [${outputs}], not ${formatShape(bias)}.`,
        "Give one bias for each output channel.",
        { op: "conv2d", bias: formatShape(bias), kernel: formatShape(sources[1]!) },
      );
    }
    if (kernelHeight % 2 === 0 || kernelWidth % 2 === 0) {
      throw invalidModel(
        `conv2d: the kernel's sides are ${kernelHeight} and ${kernelWidth}, not odd.`,
        "Use a kernel with odd sides, which has a middle.",
        { op: "conv2d", kernel: formatShape(sources[1]!) },
      );
    }
    return [n, outputs, height, width];
  },
  reference: (sources) => convolve(sources[0]!, sources[1]!, sources[2]!),
  halo: (sources) => {
    const [, , height, width] = kernelShape(sources[1]!);
    return (Math.max(height, width) - 1) / 2;
  },
  macs: (sources) => {
    const [n, , height, width] = pictureShape("conv2d", sources[0]);
    return kernelShape(sources[1]!).reduce((product, size) => product * size, n * height * width);
  },
  parameters: (sources) => kernelShape(sources[1]!).reduce((product, size) => product * size, 1),
  onnx: (emitter, node) => {
    const sides = emitter.shapeOf(node.sources[1]!).slice(2);
    return emitter.node(
      "Conv",
      node.sources.map((source) => emitter.valueOf(source)),
      { kernel_shape: sides, pads: padsOf(sides), strides: [1, 1], dilations: [1, 1], group: 1 },
    );
  },
  gradient: (build, { sources }, outgoing) => {
    const [picture, kernel] = sources as readonly [Node, Node];
    const [outputs, , height, width] = kernelShape(build.shapeOf(kernel));
    return [
      build.conv2dInputGradient(outgoing, kernel),
      build.conv2dWeightGradient(picture, outgoing, height, width),
      build.reshape(build.sum(outgoing, [0, 2, 3]), [outputs]),
    ];
  },
};

/** ONNX's `pads` that keep a picture's size under a kernel of these odd sides. */
export function padsOf(sides: readonly number[]): readonly number[] {
  const pads = sides.map((side) => (side - 1) / 2);
  return [...pads, ...pads];
}

/** The shape as a kernel. @throws TatamiError `invalid-model` when it has not four dimensions. */
export function kernelShape(shape: Shape): readonly [number, number, number, number] {
  if (shape.length === 4) return shape as unknown as readonly [number, number, number, number];
  throw invalidModel(
    `conv2d takes a kernel of four dimensions [o, i, kh, kw], not ${formatShape(shape)}.`,
    "Give a kernel of four dimensions.",
    { op: "conv2d", kernel: formatShape(shape) },
  );
}
