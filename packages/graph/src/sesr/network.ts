/** SESR as a graph, from wide or collapsed weights. arXiv 2103.09404, section 3. */

import { add, conv2d, depthToSpace, input, prelu, scalar, subtract } from "../build.ts";
import { reachOf } from "../model/halo.ts";
import { invalidModel } from "../invalid-model.ts";
import type { Model } from "../model/model.ts";
import type { Node } from "../node.ts";
import { probeShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import type {
  CollapsedBlockWeights,
  CollapsedSesrWeights,
  SesrShape,
  WideBlockWeights,
  WideSesrWeights,
} from "./weights.ts";

/**
 * The network as it trains: every linear block is a k×k and a 1×1 convolution, and the 3×3 blocks
 * have their short residuals. `collapse` makes the running network of it.
 *
 * @throws TatamiError `invalid-model` when a weight does not have its configuration's shape.
 */
export function createWideSesr(config: SesrShape, weights: WideSesrWeights): Model {
  const block = ({ expand, expandBias, project, bias }: WideBlockWeights, picture: Node): Node => {
    const [outputs, width] = [project.shape[0] ?? 0, project.shape[1] ?? 0];
    const wide = conv2d(picture, expand, expandBias);
    return conv2d(wide, tensor([outputs, width, 1, 1], project.data), bias);
  };
  const residualBlock = (wide: WideBlockWeights, picture: Node): Node => add(block(wide, picture), picture);
  return createModel(config, weights, { block, residualBlock });
}

/**
 * The network as it runs: every linear block is one convolution whose kernel holds the short residual.
 * At ×4 it still has two depth-to-space steps, as `weights.last` is in the paper's order;
 * `collapse` makes one of them.
 *
 * @throws TatamiError `invalid-model` when a weight does not have its configuration's shape.
 */
export function createCollapsedSesr(config: SesrShape, weights: CollapsedSesrWeights): Model {
  const block = ({ kernel, bias }: CollapsedBlockWeights, picture: Node): Node =>
    conv2d(picture, kernel, bias);
  return createModel(config, weights, { block, residualBlock: block });
}

/** Weights of a whole network, any of them computed. */
interface SesrNodes<Block> {
  readonly first: Block;
  readonly middle: readonly (Block & { readonly slopes: Tensor | Node })[];
  readonly last: Block;
}

/** How a linear block of some form becomes nodes. */
interface SesrBlocks<Block> {
  block(weights: Block, picture: Node): Node;
  /** With the short residual. */
  residualBlock(weights: Block, picture: Node): Node;
}

/**
 * The nodes from a picture to the enlarged one, for blocks of any form.
 *
 * @throws TatamiError `invalid-model` when a weight does not have its configuration's shape.
 */
function buildSesr<Block>(
  config: SesrShape,
  picture: Node,
  weights: SesrNodes<Block>,
  { block, residualBlock }: SesrBlocks<Block>,
): Node {
  const { depth, features, scale } = config;
  checkNumber(config, "3×3 blocks", weights.middle.length, depth);
  // Kept as a subtraction: folded into a bias it would be wrong where the kernel reaches over the border.
  const centred = subtract(picture, scalar(0.5));
  const first = checkChannels(config, "first block", block(weights.first, centred), features);
  let deep: Node = first;
  for (const each of weights.middle) {
    const linear = checkChannels(config, "3×3 block", residualBlock(each, deep), features);
    deep = prelu(linear, each.slopes);
  }
  const last = checkChannels(config, "last block", block(weights.last, add(deep, first)), scale ** 2);
  const bright = add(last, picture);
  return scale === 2 ? depthToSpace(bright, 2) : depthToSpace(depthToSpace(bright, 2), 2);
}

function createModel<Block>(config: SesrShape, weights: SesrNodes<Block>, blocks: SesrBlocks<Block>): Model {
  const output = buildSesr(config, input(), weights, blocks);
  return { name: config.name, scale: config.scale, ...reachOf(output), output };
}

function checkChannels(config: SesrShape, what: string, node: Node, wanted: number): Node {
  checkNumber(config, `channels of the ${what}`, probeShape(node)[1] ?? 0, wanted);
  return node;
}

function checkNumber(config: SesrShape, what: string, found: number, wanted: number): void {
  if (found === wanted) return;
  throw invalidModel(
    `${config.name}: ${what}: ${found}, not ${wanted}.`,
    `Give weights for ${config.name}, or the configuration that the weights belong to.`,
    { model: config.name, found, wanted },
  );
}
