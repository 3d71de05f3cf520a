/** How far a graph looks, and where its windows may begin: worked out, never configured. */

import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { definitionOf } from "../ops/index.ts";
import type { WindowArgument } from "../ops/sequence/window-order.ts";
import { ratio } from "../probe.ts";
import { probeShape } from "../shape.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { placesOn } from "./lattice.ts";
import type { Model } from "./model.ts";

/**
 * Pixels of context that the output needs on each side, in pixels of the picture; a multiple of
 * {@link alignmentOf}. An op behind a depth-to-space looks at smaller pixels, so its context counts for less; one
 * behind a space-to-depth looks at larger ones. Of a window, all is needed as soon as a part is.
 */
export function haloOf(output: Node): number {
  const order = topologicalOrder(output);
  const places = placesOn(order);
  // From the output back, in each node's own pixels: whole ones, as part of a pixel wants all of it.
  const reach = new Map<Node, number>([[output, 0]]);
  for (const node of order.toReversed()) {
    const [asked, place] = [reach.get(node) ?? 0, places.get(node)];
    if (!place) continue;
    const [times, parts] = place.pixels;
    // what looks along a row of tokens stays in its window, all of which is asked for behind it
    const own = place.windows ? 0 : definitionOf(node).halo(node.sources.map(probeShape));
    // what gives windows their size gives nothing else
    for (const source of isOp(node, "unwindow") ? node.sources.slice(0, 1) : node.sources) {
      const from = places.get(source)?.pixels;
      if (!from) continue;
      const wanted = isOp(node, "unwindow")
        ? wholeWindows(asked, node.arg)
        : Math.ceil((asked * from[0] * parts) / (from[1] * times)) + own;
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

/** So many pixels beyond a multiple of the windows' size, and the rest of the windows that they lie in. */
function wholeWindows(asked: number, { size, shift }: WindowArgument): number {
  const before = shift + size * Math.max(0, Math.ceil((asked - shift) / size));
  const behind = size * Math.ceil((asked + shift) / size) - shift;
  return Math.max(before, behind);
}

/**
 * What a window must begin at a multiple of, and be a multiple of in width and height, as must what is kept of
 * it: the least common multiple of the blocks that space-to-depth cuts and of the windows that scans run in, in
 * pixels of the picture. 1 without any.
 */
export function alignmentOf(output: Node): number {
  const order = topologicalOrder(output);
  const places = placesOn(order);
  let alignment = 1;
  for (const node of order) {
    const size = isOp(node, "spaceToDepth") ? node.arg.block : isOp(node, "window") ? node.arg.size : 1;
    const place = size > 1 ? places.get(node.sources[0]!) : undefined;
    if (!place) continue;
    const [times, parts] = place.pixels;
    // The least number of the picture's pixels that are whole blocks where the node stands.
    const [pixels] = ratio(size * parts, times);
    alignment *= ratio(pixels, alignment)[0];
  }
  return alignment;
}

/** What a model says of its graph's reach. */
export function reachOf(output: Node): Pick<Model, "halo" | "alignment"> {
  const alignment = alignmentOf(output);
  return { halo: haloOf(output), ...(alignment > 1 && { alignment }) };
}
