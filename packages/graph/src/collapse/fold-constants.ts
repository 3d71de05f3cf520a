/** An op on nothing but constants becomes a constant. */

import { constant } from "../build.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { definitionOf } from "../ops/index.ts";
import { rewriteEach } from "../rewrite/rewrite.ts";
import type { Rewrite } from "../rewrite/rewrite.ts";
import type { Tensor } from "../tensor.ts";

/** What is folded is what the CPU reference computes. */
export const foldConstants: Rewrite = {
  name: "fold-constants",
  apply(node) {
    if (node.sources.length === 0) return undefined;
    const values: Tensor[] = [];
    for (const source of node.sources) {
      if (!isOp(source, "constant")) return undefined;
      values.push(source.arg);
    }
    return constant(definitionOf(node).reference(values, node.arg));
  },
};

/** The outputs of a program with constants folded, but for numbers repeated to a shape: those stay one number. */
export function foldOutputs(outputs: readonly Node[]): readonly Node[] {
  return rewriteEach(outputs, (node) => (node.op === "expand" ? node : (foldConstants.apply(node) ?? node)));
}
