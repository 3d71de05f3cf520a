/** What a convolution's kernel receives when its result receives a gradient. */

import { invalidModel } from "../../invalid-model.ts";
import type { Node } from "../../node.ts";
import { tensor } from "../../tensor.ts";
import { padsOf } from "./conv2d.ts";
import { checkSourceCount, pictureShape, stepOnly } from "../definition.ts";
import { formatShape } from "../../probe.ts";
import type { OpDefinition } from "../definition.ts";

export const conv2dWeightGradient: OpDefinition<"conv2dWeightGradient"> = {
  ...stepOnly,
  op: "conv2dWeightGradient",
  shape: (sources, { height, width }) => {
    checkSourceCount("conv2dWeightGradient", sources, 2);
    const [n, inputs, tall, wide] = pictureShape("conv2dWeightGradient", sources[0]);
    const [items, outputs, rows, columns] = pictureShape("conv2dWeightGradient", sources[1]);
    const odd = height % 2 === 1 && width % 2 === 1;
    if (n === items && tall === rows && wide === columns && odd) return [outputs, inputs, height, width];
    throw invalidModel(
      `conv2dWeightGradient: ${formatShape(sources[0]!)} and ${formatShape(sources[1]!)} are not a convolution's picture and result, or the kernel ${height}×${width} is not odd.`,
      "Give the convolution's own picture, the gradient of its result, and its kernel's odd sides.",
      { op: "conv2dWeightGradient", height, width },
    );
  },
  reference: ([picture, outgoing], { height, width }) => {
    const [n, inputs, tall, wide] = picture!.shape as [number, number, number, number];
    const outputs = outgoing!.shape[1]!;
    const result = tensor([outputs, inputs, height, width]);
    for (let at = 0; at < result.data.length; at++) {
      const dx = (at % width) - (width - 1) / 2;
      const dy = (Math.floor(at / width) % height) - (height - 1) / 2;
      const i = Math.floor(at / (width * height)) % inputs;
      const o = Math.floor(at / (width * height * inputs));
      let sum = 0;
      for (let item = 0; item < n; item++) {
        const from = (item * inputs + i) * tall;
        const gradient = (item * outputs + o) * tall;
        for (let y = Math.max(0, -dy); y < Math.min(tall, tall - dy); y++) {
          const [p, g] = [(from + y + dy) * wide + dx, (gradient + y) * wide];
          for (let x = Math.max(0, -dx); x < Math.min(wide, wide - dx); x++)
            sum += picture!.data[p + x]! * outgoing!.data[g + x]!;
        }
      }
      result.data[at] = sum;
    }
    return result;
  },
  /** A convolution too: items and channels exchanged, the gradient being the kernel. */
  onnx: (emitter, node) => {
    const { height, width } = node.arg;
    const exchanged = node.sources.map((source) =>
      emitter.node("Transpose", [emitter.valueOf(source)], { perm: [1, 0, 2, 3] }),
    );
    const gradient = emitter.node("Conv", exchanged, {
      kernel_shape: emitter.shapeOf(node.sources[1]!).slice(2),
      pads: padsOf([height, width]),
      strides: [1, 1],
      dilations: [1, 1],
      group: 1,
    });
    return emitter.node("Transpose", [gradient], { perm: [1, 0, 2, 3] });
  },
  gradient: (build, { sources }, outgoing) => {
    const [picture, result] = sources as readonly [Node, Node];
    return [build.conv2dInputGradient(result, outgoing), build.conv2d(picture, outgoing)];
  },
};
