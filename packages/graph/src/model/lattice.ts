/** Where the pixels of a graph's nodes lie on the picture: how large they are, and whether they are cut into windows. */

import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import type { WindowArgument } from "../ops/sequence/window-order.ts";
import { ratio } from "../probe.ts";
import { dependents } from "../rewrite/topological-order.ts";

/** Where a node's pixels lie. */
export interface Place {
  /** Its pixels along the picture's, in lowest terms: 2 of 1 behind a depth-to-space of 2. */
  readonly pixels: readonly [times: number, parts: number];
  /** How it is cut into windows. @defaultValue it is a picture */
  readonly windows?: WindowArgument;
}

/** The place of every node of a walk that depends on the picture. */
export function placesOn(order: readonly Node[]): ReadonlyMap<Node, Place> {
  const seeing = seeingPicture(order);
  const places = new Map<Node, Place>();
  for (const node of order) {
    if (!seeing.has(node)) continue;
    const from = node.sources.map((source) => places.get(source)).find((place) => place !== undefined);
    places.set(node, placeBehind(node, from ?? { pixels: [1, 1] }));
  }
  return places;
}

/** The nodes that depend on the picture. */
export function seeingPicture(order: readonly Node[]): ReadonlySet<Node> {
  return dependents(
    order,
    order.filter((node) => isOp(node, "input")),
  );
}

function placeBehind(node: Node, from: Place): Place {
  const [times, parts] = from.pixels;
  if (isOp(node, "depthToSpace")) return { ...from, pixels: ratio(times * node.arg.block, parts) };
  if (isOp(node, "spaceToDepth")) return { ...from, pixels: ratio(times, parts * node.arg.block) };
  if (isOp(node, "window")) return { pixels: from.pixels, windows: node.arg };
  return isOp(node, "unwindow") ? { pixels: from.pixels } : from;
}
