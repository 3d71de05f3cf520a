/** Two depth-to-space steps become one, the channels of the convolution before them reordered. */

import { add, conv2d, depthToSpace } from "../build.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import type { Rewrite } from "../rewrite/rewrite.ts";
import { probeShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { convolutionOf } from "./convolution.ts";

/** SESR ×4 shuffles by 2 twice, which is not the order of one shuffle by 4. */
export const mergeDepthToSpace: Rewrite = {
  name: "merge-depth-to-space",
  apply(node) {
    if (!isOp(node, "depthToSpace")) return undefined;
    const [inner] = node.sources;
    if (!isOp(inner, "depthToSpace")) return undefined;
    const source = inner.sources[0]!;
    const order = mergedChannelOrder(inner.arg.block, node.arg.block, probeShape(source)[1]!);
    const reordered = reorderChannels(source, order);
    return reordered && depthToSpace(reordered, inner.arg.block * node.arg.block);
  },
};

/**
 * Which channel of the two steps each channel of the one step is: for blocks 2 and 2 of one channel
 * `0 1 4 5 2 3 6 7 8 9 12 13 10 11 14 15`.
 */
export function mergedChannelOrder(inner: number, outer: number, channels: number): readonly number[] {
  const block = inner * outer;
  const kept = channels / block ** 2;
  return Array.from({ length: channels }, (_, channel) => {
    const k = channel % kept;
    const dx = Math.floor(channel / kept) % block;
    const dy = Math.floor(channel / (kept * block));
    const coarse = Math.floor(dy / outer) * inner + Math.floor(dx / outer);
    const fine = (dy % outer) * outer + (dx % outer);
    return (coarse * outer ** 2 + fine) * kept + k;
  });
}

/** The same numbers with channel `c` taken from `order[c]`: by the weights, or `undefined` where that cannot be. */
function reorderChannels(node: Node, order: readonly number[]): Node | undefined {
  if (isOp(node, "add")) {
    const [first, second] = node.sources as readonly [Node, Node];
    if (probeShape(second)[1] !== 1) return undefined;
    const reordered = reorderChannels(first, order);
    return reordered && add(reordered, second);
  }
  const convolution = convolutionOf(node);
  if (!convolution) return undefined;
  const { picture, kernel, bias } = convolution;
  return conv2d(picture, reorderOutermost(kernel, order), reorderOutermost(bias, order));
}

function reorderOutermost({ shape, data }: Tensor, order: readonly number[]): Tensor {
  const run = data.length / order.length;
  const result = tensor(shape);
  for (const [to, from] of order.entries())
    result.data.set(data.subarray(from * run, (from + 1) * run), to * run);
  return result;
}
