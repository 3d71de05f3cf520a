/** A model that costs next to nothing, for tests that are about files and not about pictures. */

import { conv2d, depthToSpace, haloOf, input, tensor, writeOnnx } from "@tatami/graph";
import type { Model } from "@tatami/graph";

/** Enlarges twice by one 3×3 convolution: nearest neighbour with a little smoothing. */
export function tinyModel(): Model {
  const kernel = tensor([4, 1, 3, 3]);
  for (let channel = 0; channel < 4; channel++) {
    const [dx, dy] = [channel % 2 === 0 ? -1 : 1, channel < 2 ? -1 : 1];
    kernel.data[channel * 9 + 4] = 0.5;
    kernel.data[channel * 9 + 4 + dx] = 0.25;
    kernel.data[channel * 9 + 4 + 3 * dy] = 0.25;
  }
  const output = depthToSpace(conv2d(input(), kernel, tensor([4])), 2);
  return { name: "tiny-x2", scale: 2, halo: haloOf(output), output };
}

/** The same as an ONNX file's bytes. */
export function tinyModelFile(): Uint8Array {
  return writeOnnx(tinyModel());
}
