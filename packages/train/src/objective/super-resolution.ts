/** The objective that networks enlarge pictures for: the mean absolute difference to the truth, on clipped luma. */

import type { LossBuilder, Network, Node, Tensor, WeightSpec } from "@tatami/graph";
import {
  absolute,
  add,
  clip,
  constant,
  foldWide,
  isOp,
  mean,
  multiply,
  parameter,
  spaceToDepth,
  subtract,
  tensor,
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
  /** The same of the network halfway to another one of its shape, whose folded weights stand still. */
  halfwayTo(other: Tensors): LossBuilder;
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
  const loss =
    (see: (name: string, weight: Node) => Node): LossBuilder =>
    (examples) => {
      const { parameters, weight } = weightParameters(folded, { wide });
      const low = parameter("low", [examples, 1, crop, crop]);
      const high = parameter("high", [examples, 1, crop * scale, crop * scale]);
      const { output } = network.build(shape, (name) => see(name, weight(name)), low);
      return { loss: meanAbsolute(output, high), weights: parameters, examples: [low, high] };
    };
  return {
    specs: wide ? widen(folded) : folded,
    build: loss((_, weight) => weight),
    halfwayTo: (other) => loss((name, weight) => halfway(weight, other[name]!)),
    fold: (weights) => (wide ? foldWide(folded, weights) : weights),
  };
}

function halfway(weight: Node, { shape, data }: Tensor): Node {
  const half = constant(
    tensor(
      shape.map(() => 1),
      Float32Array.of(0.5),
    ),
  );
  return add(
    multiply(weight, half),
    constant(
      tensor(
        shape,
        data.map((value) => value / 2),
      ),
    ),
  );
}

/** The mean of |clip(output) − truth|; sub-pixels are compared where they are channels, which moves none of them. */
function meanAbsolute(output: Node, high: Node): Node {
  const [seen, truth] = isOp(output, "depthToSpace")
    ? [output.sources[0]!, spaceToDepth(high, output.arg.block)]
    : [output, high];
  return mean(absolute(subtract(clip(seen, 0, 1), truth)));
}
