/** Other nodes in the place of some: a parameter for a model's input or weights, for instance. */

import type { Node } from "../node.ts";
import { rewriteOnce } from "./rewrite.ts";

/**
 * The graph with every node that is a key of `replacements` given way to its value. Everything built on
 * none of them stays the same objects; the replacements themselves are not searched.
 */
export function replaceNodes(output: Node, replacements: ReadonlyMap<Node, Node>): Node {
  return rewriteOnce(output, (node, original) => replacements.get(original) ?? node);
}
