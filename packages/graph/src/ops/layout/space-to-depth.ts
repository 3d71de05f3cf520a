/** Blocks of pixels laid out as channels: the inverse of depth-to-space. */

import { invalidModel } from "../../invalid-model.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";
import { joinValues } from "./concat.ts";

/** Behind any axis: ONNX takes it for the axis' own end. */
const onnxEnd = 2 ** 31 - 1;

export const spaceToDepth: OpDefinition<"spaceToDepth"> = {
  ...pixelwise,
  op: "spaceToDepth",
  shape: (sources, { block }) => {
    checkSourceCount("spaceToDepth", sources, 1);
    const [n, channels, height, width] = pictureShape("spaceToDepth", sources[0]);
    if (Number.isInteger(block) && block > 0 && height % block === 0 && width % block === 0) {
      return [n, channels * block ** 2, height / block, width / block];
    }
    throw invalidModel(
      `spaceToDepth cannot cut ${width}×${height} pixels into blocks of ${block}×${block}.`,
      "Give spaceToDepth a picture whose sides its block divides.",
      { op: "spaceToDepth", width, height, block },
    );
  },
  reference: ([source], { block }) => {
    const [, kept, tall, wide] = source!.shape as [number, number, number, number];
    const result = tensor(spaceToDepth.shape([source!.shape], { block }));
    const [, channels, height, width] = result.shape as [number, number, number, number];
    for (let to = 0; to < result.data.length; to++) {
      const x = to % width;
      const y = Math.floor(to / width) % height;
      const channel = Math.floor(to / (width * height)) % channels;
      const item = Math.floor(to / (width * height * channels));
      const k = channel % kept;
      const offset = (channel - k) / kept;
      const row = y * block + Math.floor(offset / block);
      result.data[to] = source!.data[((item * kept + k) * tall + row) * wide + x * block + (offset % block)]!;
    }
    return result;
  },
  /**
   * One Slice for each place in a block, joined: onnxruntime-web's WebGPU engine has no SpaceToDepth, and a
   * Reshape would have to know the picture's size.
   */
  onnx: (emitter, node) => {
    const { block } = node.arg;
    const picture = emitter.valueOf(node.sources[0]!);
    const parts = Array.from({ length: block ** 2 }, (_, place) =>
      emitter.node("Slice", [
        picture,
        emitter.integers([Math.floor(place / block), place % block]),
        emitter.integers([onnxEnd, onnxEnd]),
        emitter.integers([2, 3]),
        emitter.integers([block, block]),
      ]),
    );
    return joinValues(emitter, parts, 1);
  },
  gradient: (build, { arg }, outgoing) => [build.depthToSpace(outgoing, arg.block)],
};
