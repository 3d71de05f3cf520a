/** How far a graph looks: worked out, never configured. */

import type { Node } from "../node.ts";
import { definitionOf } from "../ops/index.ts";
import { probeShape, probeSize } from "../shape.ts";
import { topologicalOrder } from "../topological-order.ts";

/**
 * Pixels of context that the output needs on each side, in pixels of the picture.
 * An op behind a depth-to-space looks at smaller pixels, so its context counts for less.
 */
export function haloOf(output: Node): number {
  const reach = new Map<Node, number>();
  for (const node of topologicalOrder(output)) {
    const known = node.sources.flatMap((source) => reach.get(source) ?? []);
    if (node.op === "input") reach.set(node, 0);
    else if (known.length > 0) {
      const shapes = node.sources.map(probeShape);
      const own = definitionOf(node).halo(shapes);
      reach.set(node, Math.max(...known) + (own === 0 ? 0 : (own * probeSize.height) / shapes[0]![2]!));
    }
  }
  return Math.ceil(reach.get(output) ?? 0);
}
