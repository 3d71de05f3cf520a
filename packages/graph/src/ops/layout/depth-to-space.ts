/** Channels laid out as pixels, in ONNX's DCR order. */

import { invalidModel } from "../../invalid-model.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

export const depthToSpace: OpDefinition<"depthToSpace"> = {
  ...pixelwise,
  op: "depthToSpace",
  shape: (sources, { block }) => {
    checkSourceCount("depthToSpace", sources, 1);
    const [n, channels, height, width] = pictureShape("depthToSpace", sources[0]);
    if (Number.isInteger(block) && block > 0 && channels % block ** 2 === 0) {
      return [n, channels / block ** 2, height * block, width * block];
    }
    throw invalidModel(
      `depthToSpace cannot lay ${channels} channels out in blocks of ${block}×${block}.`,
      "Give depthToSpace a number of channels that its block's area divides.",
      { op: "depthToSpace", channels, block },
    );
  },
  reference: ([source], { block }) => {
    const [n, channels, height, width] = source!.shape as [number, number, number, number];
    const kept = channels / block ** 2;
    const result = tensor([n, kept, height * block, width * block]);
    let from = 0;
    for (let item = 0; item < n * channels; item++) {
      const channel = item % channels;
      const k = channel % kept;
      const offset = (channel - k) / kept;
      const dx = offset % block;
      const dy = (offset - dx) / block;
      const plane = (((item - channel) / channels) * kept + k) * height * block;
      for (let y = 0; y < height; y++) {
        const row = (plane + y * block + dy) * width * block + dx;
        for (let x = 0; x < width; x++, from++) result.data[row + x * block] = source!.data[from]!;
      }
    }
    return result;
  },
  onnx: (emitter, node) =>
    emitter.node("DepthToSpace", [emitter.valueOf(node.sources[0]!)], {
      blocksize: node.arg.block,
      mode: "DCR",
    }),
  gradient: (build, { arg }, outgoing) => [build.spaceToDepth(outgoing, arg.block)],
};
