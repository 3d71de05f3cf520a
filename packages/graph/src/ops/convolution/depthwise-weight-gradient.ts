/** What a depthwise convolution's kernel receives when its result receives a gradient. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";
import { padsOf } from "./conv2d.ts";

export const depthwiseWeightGradient: OpDefinition<"depthwiseWeightGradient"> = {
  ...stepOnly,
  op: "depthwiseWeightGradient",
  shape: (sources, { height, width }) => {
    checkSourceCount("depthwiseWeightGradient", sources, 2);
    const channels = pictureShape("depthwiseWeightGradient", sources[0])[1];
    const alike = formatShape(sources[0]!) === formatShape(sources[1]!);
    if (alike && height % 2 === 1 && width % 2 === 1) return [channels, 1, height, width];
    throw invalidModel(
      `depthwiseWeightGradient: ${formatShape(sources[0]!)} and ${formatShape(sources[1]!)} are not a depthwise convolution's picture and result, or the kernel ${height}×${width} is not odd.`,
      "Give the convolution's own picture, the gradient of its result, and its kernel's odd sides.",
      { op: "depthwiseWeightGradient", height, width },
    );
  },
  reference: ([picture, outgoing], { height, width }) => {
    const [n, channels, tall, wide] = picture!.shape as [number, number, number, number];
    const result = tensor([channels, 1, height, width]);
    for (let at = 0; at < result.data.length; at++) {
      const dx = (at % width) - (width - 1) / 2;
      const dy = (Math.floor(at / width) % height) - (height - 1) / 2;
      const channel = Math.floor(at / (width * height));
      let sum = 0;
      for (let item = 0; item < n; item++) {
        const plane = (item * channels + channel) * tall;
        for (let y = Math.max(0, -dy); y < Math.min(tall, tall - dy); y++) {
          const [p, g] = [(plane + y + dy) * wide + dx, (plane + y) * wide];
          for (let x = Math.max(0, -dx); x < Math.min(wide, wide - dx); x++)
            sum += picture!.data[p + x]! * outgoing!.data[g + x]!;
        }
      }
      result.data[at] = sum;
    }
    return result;
  },
  /** A convolution in c groups: the items of a channel are a group's channels, and their gradients its kernel. */
  onnx: (emitter, node) => {
    const { height, width } = node.arg;
    const [n, channels, ...sides] = emitter.shapeOf(node.sources[0]!) as readonly [
      number,
      number,
      ...number[],
    ];
    const [picture, outgoing] = node.sources.map((source) =>
      emitter.node("Transpose", [emitter.valueOf(source)], { perm: [1, 0, 2, 3] }),
    ) as [string, string];
    const row = emitter.node("Reshape", [picture, emitter.integers([1, channels * n, ...sides])]);
    const gradient = emitter.node("Conv", [row, outgoing], {
      kernel_shape: sides,
      pads: padsOf([height, width]),
      strides: [1, 1],
      dilations: [1, 1],
      group: channels,
    });
    return emitter.node("Reshape", [gradient, emitter.integers([channels, 1, height, width])]);
  },
  gradient: (build, { sources }, outgoing) => {
    const [picture, result] = sources as readonly [Node, Node];
    return [build.depthwiseInputGradient(result, outgoing), build.depthwiseConv2d(picture, outgoing)];
  },
};
