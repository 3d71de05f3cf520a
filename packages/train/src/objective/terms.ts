/** What losses are put together from. */

import type { Node } from "@tatami/graph";
import { absolute, add, mean, multiply, subtract } from "@tatami/graph";

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
