/** What losses are put together from. */

import type { Node } from "@tatami/graph";
import { absolute, add, mean, subtract } from "@tatami/graph";

/** The mean of |a − b|. */
export function distance(a: Node, b: Node): Node {
  return mean(absolute(subtract(a, b)));
}

/** All of them. */
export function sumOf([first, ...others]: readonly Node[]): Node {
  return others.reduce((sum, each) => add(sum, each), first!);
}
