/** A k×k convolution and a 1×1 one behind it become one k×k convolution. */

import { conv2d } from "../build.ts";
import { matrixMultiply } from "../ops/convolution/matrix-multiply.ts";
import type { Rewrite } from "../rewrite/rewrite.ts";
import { elementCount, tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { convolutionOf } from "./convolution.ts";

/**
 * Exact everywhere, borders too: the zeros lie around the first convolution's picture only, and the
 * 1×1 convolution looks at no neighbour. Left alone where one kernel would be larger than the two.
 */
export const mergeProjection: Rewrite = {
  name: "merge-projection",
  apply(node) {
    const second = convolutionOf(node);
    const first = convolutionOf(second?.picture);
    if (!first || !second) return undefined;
    if (second.kernel.shape[2] !== 1 || second.kernel.shape[3] !== 1) return undefined;
    const merged = projectKernel(first.kernel, second.kernel);
    if (merged.data.length > first.kernel.data.length + second.kernel.data.length) return undefined;
    return conv2d(first.picture, merged, projectBias(first.bias, second.kernel, second.bias));
  },
};

/**
 * The kernel of a convolution and a projection in one: `W[o, i, y, x] = Σ_p W2[o, p] · W1[p, i, y, x]`.
 *
 * @param expand `[p, i, kh, kw]`. @param project `[o, p, 1, 1]`.
 */
function projectKernel(expand: Tensor, project: Tensor): Tensor {
  const [width, ...rest] = expand.shape as [number, ...number[]];
  const outputs = project.shape[0]!;
  const matrices = [
    tensor([outputs, width], project.data),
    tensor([width, elementCount(rest)], expand.data),
  ] as const;
  return tensor([outputs, ...rest], matrixMultiply.reference(matrices, {}).data);
}

/** Its bias: `b[o] = Σ_p W2[o, p] · b1[p] + b2[o]`, exactly; the paper's code adds it to every tap instead. */
function projectBias(expandBias: Tensor, project: Tensor, bias: Tensor): Tensor {
  const width = expandBias.data.length;
  const sums = Array.from(bias.data, (value, o) =>
    expandBias.data.reduce((sum, each, p) => sum + project.data[o * width + p]! * each, value),
  );
  return tensor(bias.shape, Float32Array.from(sums));
}
