/** Shapes of a graph, for a given picture. */

import { isOp } from "./is-op.ts";
import type { Model } from "./model/model.ts";
import type { Node } from "./node.ts";
import { definitionOf } from "./ops/index.ts";
import type { Shape } from "./ops/definition.ts";
import { probeSize } from "./probe.ts";
import { topologicalOrder } from "./rewrite/topological-order.ts";

/**
 * The shape of every node's value for a picture of shape `[n, c, h, w]`.
 *
 * @throws TatamiError `invalid-model` where an op's sources do not fit.
 */
export function shapesOf(output: Node, picture: Shape): ReadonlyMap<Node, Shape> {
  const shapes = new Map<Node, Shape>();
  for (const node of topologicalOrder(output)) {
    const sources = isOp(node, "input") ? [picture] : node.sources.map((source) => shapes.get(source)!);
    shapes.set(node, definitionOf(node).shape(sources, node.arg));
  }
  return shapes;
}

/** The shape of a model's output for a picture of shape `[n, 1, h, w]`. */
export function outputShape(model: Model, picture: Shape): Shape {
  return shapesOf(model.output, picture).get(model.output)!;
}

const probed = new WeakMap<Node, Shape>();

/** The shape of a node's value for a picture of {@link probeSize}. Remembered, so building stays linear. */
export function probeShape(node: Node): Shape {
  const known = probed.get(node);
  if (known) return known;
  for (const each of topologicalOrder(node)) {
    if (probed.has(each)) continue;
    const { batch, height, width } = probeSize;
    const sources = isOp(each, "input")
      ? [[batch, each.arg.channels, height, width]]
      : each.sources.map((source) => probed.get(source)!);
    probed.set(each, definitionOf(each).shape(sources, each.arg));
  }
  return probed.get(node)!;
}
