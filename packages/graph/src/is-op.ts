/** Tells a node's op to the type checker. */

import type { Node, Op } from "./node.ts";

/** Whether a node is of an op; its argument is then typed. */
export function isOp<O extends Op>(node: Node | undefined, op: O): node is Node<O> {
  return node?.op === op;
}
