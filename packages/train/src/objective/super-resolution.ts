/** The objective that networks enlarge pictures for: the mean absolute difference to the truth, on clipped luma. */

import type { LossBuilder, Network, Node, Tensor, WeightSpec } from "@tatami/graph";
import {
  absolute,
  clip,
  foldWide,
  isOp,
  mean,
  parameter,
  spaceToDepth,
  subtract,
  weightParameters,
  widen,
} from "@tatami/graph";
import type { Side } from "../campaign/recipe.ts";

/** Tensors by name. */
export type Tensors = Readonly<Record<string, Tensor>>;

/** What is learned, and how well it does. */
export interface NetworkObjective {
  /** The weights that learn. */
  readonly specs: readonly WeightSpec[];
  /** Examples are `low` `[n, 1, crop, crop]` and `high` `[n, 1, scale · crop, scale · crop]`, Y′/255. */
  readonly build: LossBuilder;
  /** The weights that run, from those that learn. */
  fold(weights: Tensors): Tensors;
}

/**
 * The loss of a network over square crops: Σ|clip(output, 0, 1) − truth| / count, as SESR trains (section 4, its code).
 *
 * @param crop side in low-resolution pixels
 */
export function createSuperResolution<S>(
  network: Network<S>,
  shape: S,
  side: Side,
  crop: number,
): NetworkObjective {
  const folded = network.weights(shape);
  const wide = side === "wide";
  const scale = network.scaleOf(shape);
  return {
    specs: wide ? widen(folded) : folded,
    build(examples) {
      const { parameters, weight } = weightParameters(folded, { wide });
      const low = parameter("low", [examples, 1, crop, crop]);
      const high = parameter("high", [examples, 1, crop * scale, crop * scale]);
      const { output } = network.build(shape, weight, low);
      return { loss: meanAbsolute(output, high), weights: parameters, examples: [low, high] };
    },
    fold: (weights) => (wide ? foldWide(folded, weights) : weights),
  };
}

/** The mean of |clip(output) − truth|; sub-pixels are compared where they are channels, which moves none of them. */
function meanAbsolute(output: Node, high: Node): Node {
  const [seen, truth] = isOp(output, "depthToSpace")
    ? [output.sources[0]!, spaceToDepth(high, output.arg.block)]
    : [output, high];
  return mean(absolute(subtract(clip(seen, 0, 1), truth)));
}
