/** What losses are put together from. */

import type { Node } from "@tatami/graph";
import { absolute, add, logarithm, mean, multiply, scalar, subtract, times } from "@tatami/graph";

/**
 * What enlargements are held against pictures by: `l1`, their mean absolute difference, as SESR (section 4), or `psnr`,
 * in which each crop counts by the decibels that it gains.
 */
export const lossNames = ["l1", "psnr"] as const;
/** One of them. */
export type LossName = (typeof lossNames)[number];
/** Where a crop has next to nothing left to gain: a mean squared difference of ε² is 50.5 dB. Ours. */
const epsilon = 0.003;
/** Brings gradients to the size of those of `l1`, which clipping and what lies beside them are set for. */
const likeL1 = 1 / 400;

/** A difference `[n, c, h, w]` by each loss. */
export const lossOf: Readonly<Record<LossName, (difference: Node) => Node>> = {
  l1: (difference) => mean(absolute(difference)),
  // ln(1 + MSE / ε²) of each crop: of mean decibels what is proportional to them, and bounded where crops are flat
  psnr: (difference) => {
    const crops = mean(multiply(difference, difference), [1, 2, 3]);
    return times(mean(logarithm(add(times(crops, epsilon ** -2), scalar(1)))), likeL1);
  },
};

/** The mean of |a − b|. */
export function distance(a: Node, b: Node): Node {
  return mean(absolute(subtract(a, b)));
}

/** The mean of (a − b)². */
export function squares(a: Node, b: Node): Node {
  const difference = subtract(a, b);
  return mean(multiply(difference, difference));
}

/** All of them. */
export function sumOf([first, ...others]: readonly Node[]): Node {
  return others.reduce((sum, each) => add(sum, each), first!);
}
