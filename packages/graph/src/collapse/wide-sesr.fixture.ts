/** A SESR as a file from elsewhere holds it while it trains: arXiv 2103.09404, section 3, and its code; for tests. */

import { add, conv2d, depthToSpace, input, prelu, scalar, subtract } from "../build.ts";
import { reachOf } from "../model/halo.ts";
import type { Model } from "../model/model.ts";
import { sesrSizes } from "../networks/sesr-sizes.ts";
import type { SesrSize } from "../networks/sesr-sizes.ts";
import { sesr } from "../networks/sesr.ts";
import type { SesrNetworkShape } from "../networks/sesr.ts";
import { foldWide, widen } from "../networks/wide.ts";
import type { Node } from "../node.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { seededWeights } from "../random/seeded-models.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";

/** One network in two forms. */
export interface WideSesr {
  /**
   * Two convolutions a linear block, a bias in each; short residuals as additions; at ×4 two depth-to-space steps of 2,
   * the last block's channels in their order.
   */
  readonly wide: Model;
  readonly shape: SesrNetworkShape;
  /** What the network of that shape computes the same with. */
  readonly folded: Readonly<Record<string, Tensor>>;
}

/** A network of the paper, weights drawn from a seed. */
export function wideSesr(size: SesrSize, scale: 2 | 4, seed: number): WideSesr {
  const shape = sesr.check({ ...sesrSizes[size], scale });
  const specs = sesr.weights(shape);
  const weights = seededWeights(widen(specs), seed);
  const random = createSeededRandom(seed + 1);
  const folded = foldWide(specs, weights);
  const block = (name: string, source: Node): Node => {
    const [expand, project, bias] = ["expand", "project", "bias"].map((part) => weights[`${name}.${part}`]!);
    const expandBias = randomTensor([shape.width], -0.1, 0.1, random);
    folded[`${name}.bias`] = foldBias(expandBias, project!, bias!);
    const order = name === "last" && scale === 4 ? rowsByHalves : Array.from(bias!.data.keys());
    const hidden = conv2d(source, expand!, expandBias);
    const narrow = tensor([order.length, shape.width, 1, 1], rowsOf(project!, order));
    return conv2d(hidden, narrow, tensor([order.length], rowsOf(bias!, order)));
  };
  const picture = input();
  const first = block("first", subtract(picture, scalar(0.5)));
  let deep = first;
  for (let at = 0; at < shape.blocks; at++)
    deep = prelu(add(block(`middle${at}`, deep), deep), weights[`middle${at}.slopes`]!);
  const bright = add(block("last", add(deep, first)), picture);
  const output = scale === 2 ? depthToSpace(bright, 2) : depthToSpace(depthToSpace(bright, 2), 2);
  const wide = { name: `sesr-${size}-x${scale}`, scale, ...reachOf(output), output };
  return { wide, shape, folded };
}

/**
 * For two depth-to-space steps of 2, which sub-pixel, counted by rows of 4, each channel is: the first step takes the
 * channel's two high bits, the second its two low ones.
 */
const rowsByHalves = Array.from({ length: 16 }, (_, channel) => {
  const y = 2 * (channel >> 3) + ((channel >> 1) & 1);
  const x = 2 * ((channel >> 2) & 1) + (channel & 1);
  return 4 * y + x;
});

/** A matrix's rows, or a vector's numbers, in that order. */
function rowsOf({ data }: Tensor, order: readonly number[]): Float32Array {
  const run = data.length / order.length;
  return Float32Array.from(order.flatMap((row) => Array.from(data.subarray(row * run, (row + 1) * run))));
}

/** The projection of the hidden channels' bias, and the projection's own: summed in float64. */
function foldBias(hidden: Tensor, project: Tensor, bias: Tensor): Tensor {
  const width = hidden.data.length;
  const sums = Array.from(bias.data, (own, output) =>
    hidden.data.reduce((sum, each, at) => sum + project.data[output * width + at]! * each, own),
  );
  return tensor(bias.shape, Float32Array.from(sums));
}
