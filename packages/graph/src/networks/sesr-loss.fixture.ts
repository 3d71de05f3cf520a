/** SESR's loss in training, over weights that are folded on the way, for tests. */

import { absolute, clip, mean, subtract } from "../build.ts";
import { parameter } from "../build-training.ts";
import type { Node } from "../node.ts";
import type { WeightSpec } from "./network.ts";
import { sesr } from "./sesr.ts";
import { weightParameters, widen } from "./wide.ts";

/** Pictures of one step, in low-resolution pixels. */
export interface Crops {
  readonly batch: number;
  readonly height: number;
  readonly width: number;
}

/** The loss, and what it is a loss of. */
export interface SesrLoss {
  /** Mean of |clip(output, 0, 1) − truth| over all pixels of the batch (arXiv 2103.09404, section 4). */
  readonly loss: Node;
  /** Of the wide weights. */
  readonly specs: readonly WeightSpec[];
  readonly parameters: readonly Node<"parameter">[];
}

/** Pictures are `low` `[n, 1, h, w]` and `high` `[n, 1, s·h, s·w]`. @param given as `sesr.check` takes it */
export function sesrLoss(given: object, { batch, height, width }: Crops): SesrLoss {
  const shape = sesr.check(given);
  const folded = sesr.weights(shape);
  const { parameters, weight } = weightParameters(folded, { wide: true });
  const low = parameter("low", [batch, 1, height, width]);
  const high = parameter("high", [batch, 1, height * shape.scale, width * shape.scale]);
  const { output } = sesr.build(shape, weight, low);
  const loss = mean(absolute(subtract(clip(output, 0, 1), high)));
  return { loss, specs: widen(folded), parameters };
}
