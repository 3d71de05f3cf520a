/** Blocks of pixels laid out as channels: the inverse of depth-to-space. */

import { invalidModel } from "../../invalid-model.ts";
import { tensor } from "../../tensor.ts";
import { checkSourceCount, pictureShape, pixelwise } from "../definition.ts";
import type { OpDefinition } from "../definition.ts";

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
    for (let to = 0; to < result.data.length; to += 1) {
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
  /** In three steps: onnxruntime-web's WebGPU engine has no SpaceToDepth. */
  onnx: (emitter, node) => {
    const { block } = node.arg;
    const [n, channels, height, width] = emitter.shapeOf(node) as readonly [number, number, number, number];
    const kept = channels / block ** 2;
    const split = emitter.node("Reshape", [
      emitter.valueOf(node.sources[0]!),
      emitter.integers([n, kept, height, block, width, block]),
    ]);
    const moved = emitter.node("Transpose", [split], { perm: [0, 3, 5, 1, 2, 4] });
    return emitter.node("Reshape", [moved, emitter.integers([n, channels, height, width])]);
  },
  gradient: (build, { arg }, outgoing) => [build.depthToSpace(outgoing, arg.block)],
};
