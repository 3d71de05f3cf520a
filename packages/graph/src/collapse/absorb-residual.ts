/** A convolution with its own picture added becomes a convolution with an identity tap. */

import { conv2d } from "../build.ts";
import { isOp } from "../is-op.ts";
import type { Rewrite } from "../rewrite/rewrite.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { convolutionOf } from "./convolution.ts";

/** Algorithm 2 of the SESR paper. The sum may have its convolution first or second. */
export const absorbResidual: Rewrite = {
  name: "absorb-residual",
  apply(node) {
    if (!isOp(node, "add")) return undefined;
    const [first, second] = node.sources;
    for (const [sum, residual] of [
      [first, second],
      [second, first],
    ]) {
      const convolution = convolutionOf(sum);
      if (!convolution || convolution.picture !== residual) continue;
      const { picture, kernel, bias } = convolution;
      // One channel repeated to many would be another tap; no network here has it.
      if (kernel.shape[0] !== kernel.shape[1]) continue;
      return conv2d(picture, addIdentityTap(kernel), bias);
    }
    return undefined;
  },
};

/** The kernel `[c, c, kh, kw]` with 1, or another number, added to the middle tap from every channel to itself. */
export function addIdentityTap(kernel: Tensor, tap = 1): Tensor {
  const [channels, , height, width] = kernel.shape as [number, number, number, number];
  const result = tensor(kernel.shape, kernel.data.slice());
  const taps = height * width;
  for (let c = 0; c < channels; c++) result.data[c * (channels + 1) * taps + (taps - 1) / 2]! += tap;
  return result;
}
