/** Where two networks are compared: as many places in each, about as deep. */

import { invalidOption } from "@tatami/core";
import type { BuiltNetwork, Model, Node } from "@tatami/graph";
import { isOp, rewriteEach, shapesOf, topologicalOrder } from "@tatami/graph";

/** A network over a picture, and what lies at its points. */
export interface PointedNetwork {
  /** `[n, c, h, w]` each, at the picture's size, the first point first. */
  readonly points: readonly Node[];
  readonly output: Node;
}

/** A pupil's points: of what its network names, the last of each `points`-th part. @throws TatamiError `invalid-option` */
export function pointsOf({ output, features }: BuiltNetwork, points: number, name: string): PointedNetwork {
  // the first is before any activation, and the long residual hands it on as it is
  const names = Object.keys(features).filter((each) => each !== "first");
  return { points: choose(names, points, name).map((each) => features[each]!), output };
}

/**
 * A model's points, behind its activations, over a picture of one's own.
 *
 * @throws TatamiError `invalid-option` where it has too few.
 */
export function modelPoints(model: Model, picture: Node, points: number): PointedNetwork {
  const side = 4 * (model.alignment ?? 1);
  const shapes = shapesOf(model.output, [1, 1, side, side]);
  const activations = topologicalOrder(model.output).filter((node) => {
    const [, , height, width] = shapes.get(node)!;
    return (isOp(node, "prelu") || isOp(node, "relu")) && height === side && width === side;
  });
  const chosen = choose(activations, points, model.name);
  const [output, ...nodes] = rewriteEach([model.output, ...chosen], (node, original) =>
    isOp(original, "input") ? picture : node,
  );
  return { points: nodes, output: output! };
}

/** Of so many the last, and those that part all of them evenly. */
export function choose<T>(all: readonly T[], points: number, name: string): readonly T[] {
  if (all.length >= points)
    return Array.from({ length: points }, (_, at) => all[Math.round(((at + 1) * all.length) / points) - 1]!);
  throw invalidOption(
    "recipe.distil.points",
    `at most ${all.length}, the places to compare features at in ${name}`,
    points,
    "Ask for fewer points, or learn from outputs alone: --distil outputs.",
  );
}
