/** Terms that losses are made of. */

import type { Node, Tensor } from "@tatami/graph";
import { conv2d, depthToSpace, mean, plus, relu, tensor, times } from "@tatami/graph";
import { sumOf } from "../objective/terms.ts";
import { judge } from "./networks.ts";
import type { WeightOf } from "./timed.ts";

/** Hinge losses: what is real above 1, what is made below −1. */
export function hinge(weight: WeightOf, real: readonly Node[], made: readonly Node[]): Record<string, Node> {
  const above = real.map((each) => mean(relu(plus(times(judge(weight, each), -1), 1))));
  const below = made.map((each) => mean(relu(plus(judge(weight, each), 1))));
  return {
    "hinge of real": times(sumOf(above), 1 / real.length),
    "hinge of made": times(sumOf(below), 1 / made.length),
  };
}

/** Terms times what they count for; those that count nothing are left out. */
export function weighed(
  terms: Readonly<Record<string, readonly [node: Node, weight: number]>>,
): Record<string, Node> {
  return Object.fromEntries(
    Object.entries(terms).flatMap(([name, [node, weight]]) =>
      weight === 0 ? [] : [[name, times(node, weight)]],
    ),
  );
}

/** Sub-pixels as the picture that they are. */
export function whole(large: Node): Node {
  return depthToSpace(large, 2);
}

/** Differences to the right and downwards: `[n, 2, 2h, 2w]`. */
export function slopesOf(large: Node): Node {
  const kernel = tensor([2, 1, 3, 3]);
  kernel.data.set([0, 0, 0, 0, -1, 1, 0, 0, 0, 0, 0, 0, 0, -1, 0, 0, 1, 0]);
  return conv2d(whole(large), kernel);
}

/** What is left by a camera that sees nothing fine: means over 5×5. */
export function smooth(picture: Node): Node {
  return conv2d(picture, tensor([1, 1, 5, 5], new Float32Array(25).fill(1 / 25)));
}

/** The same for so many examples. */
export function repeat(data: Float32Array, count: number, shape: readonly number[]): Tensor {
  const all = new Float32Array(data.length * count);
  for (let at = 0; at < count; at++) all.set(data, at * data.length);
  return tensor([count, ...shape], all);
}
