/** How far a graph looks, and where its windows may begin: worked out, never configured. */

import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { definitionOf } from "../ops/index.ts";
import { probeSize, ratio } from "../probe.ts";
import { probeShape } from "../shape.ts";
import { dependents, topologicalOrder } from "../topological-order.ts";
import type { Model } from "./model.ts";

/**
 * Pixels of context that the output needs on each side, in pixels of the picture; a multiple of
 * {@link alignmentOf}. An op behind a depth-to-space looks at smaller pixels, so its context counts for less; one
 * behind a space-to-depth looks at larger ones.
 */
export function haloOf(output: Node): number {
  const order = topologicalOrder(output);
  const seeing = seeingPicture(order);
  // From the output back, in each node's own pixels: whole ones, as part of a pixel wants all of it.
  const reach = new Map<Node, number>([[output, 0]]);
  for (const node of order.toReversed()) {
    const asked = reach.get(node) ?? 0;
    const own = definitionOf(node).halo(node.sources.map(probeShape));
    for (const source of node.sources) {
      if (!seeing.has(source)) continue;
      const wanted = Math.ceil((asked * sideOf(source)) / sideOf(node)) + own;
      reach.set(source, Math.max(reach.get(source) ?? 0, wanted));
    }
  }
  const alignment = alignmentOf(output);
  const farthest = Math.max(
    0,
    ...order.filter((node) => isOp(node, "input")).map((node) => reach.get(node) ?? 0),
  );
  return Math.ceil(farthest / alignment) * alignment;
}

/**
 * What a window must begin at a multiple of, and be a multiple of in width and height, as must what is kept of
 * it: the least common multiple of the blocks that space-to-depth cuts, in pixels of the picture. 1 without any.
 */
export function alignmentOf(output: Node): number {
  const order = topologicalOrder(output);
  const seeing = seeingPicture(order);
  let alignment = 1;
  for (const node of order) {
    if (!isOp(node, "spaceToDepth") || !seeing.has(node)) continue;
    const [times, parts] = ratio(sideOf(node.sources[0]!), probeSize.height);
    // The least number of the picture's pixels that are whole blocks where the node stands.
    const [pixels] = ratio(node.arg.block * parts, times);
    alignment *= ratio(pixels, alignment)[0];
  }
  return alignment;
}

/** What a model says of its graph's reach. */
export function reachOf(output: Node): Pick<Model, "halo" | "alignment"> {
  const alignment = alignmentOf(output);
  return { halo: haloOf(output), ...(alignment > 1 && { alignment }) };
}

/** The nodes that depend on the picture. */
export function seeingPicture(order: readonly Node[]): ReadonlySet<Node> {
  return dependents(
    order,
    order.filter((node) => isOp(node, "input")),
  );
}

function sideOf(node: Node): number {
  return probeShape(node)[2] ?? 1;
}
