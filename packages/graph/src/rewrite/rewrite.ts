/** Rewriting a graph with named rules, each of which leaves its meaning as it is. */

import { TatamiError } from "@tatami/core";
import type { Node } from "../node.ts";
import { topologicalOrder } from "./topological-order.ts";

/** One rule: a single change, with a test of its own that nothing is changed in meaning. */
export interface Rewrite {
  readonly name: string;
  /** The node to put in place of this one, or `undefined` where the rule does not apply. */
  apply(node: Node): Node | undefined;
}

/** More passes than any sensible set of rules needs. */
const maxPasses = 1000;

/**
 * Applies rules, sources first, until none applies any more. Nodes that do not change stay the same
 * objects, so what was shared stays shared.
 *
 * @throws TatamiError `internal` when the rules never come to an end.
 */
export function rewrite(output: Node, rules: readonly Rewrite[]): Node {
  let before = output;
  for (let pass = 0; pass < maxPasses; pass++) {
    const after = rewriteOnce(before, (node) => applyFirst(node, rules) ?? node);
    if (after === before) return after;
    before = after;
  }
  throw new TatamiError({
    code: "internal",
    message: `The rules ${rules.map((rule) => rule.name).join(", ")} came to no end in ${maxPasses} passes.`,
    fix: "Report this, with the model.",
  });
}

/**
 * One pass, sources first. What does not change stays the same objects.
 *
 * @param change the node to put in place of one; it is given with its sources already changed, and as it was.
 */
export function rewriteOnce(output: Node, change: (node: Node, original: Node) => Node): Node {
  return rewriteEach([output], change)[0]!;
}

/** The same for several outputs: what they share is changed once, and stays shared. */
export function rewriteEach(
  outputs: readonly Node[],
  change: (node: Node, original: Node) => Node,
): readonly Node[] {
  const rewritten = new Map<Node, Node>();
  for (const node of topologicalOrder(...outputs)) {
    const sources = node.sources.map((source) => rewritten.get(source)!);
    const same = sources.every((source, at) => source === node.sources[at]);
    const current: Node = same ? node : { ...node, sources };
    rewritten.set(node, change(current, node));
  }
  return outputs.map((output) => rewritten.get(output)!);
}

function applyFirst(node: Node, rules: readonly Rewrite[]): Node | undefined {
  for (const rule of rules) {
    const result = rule.apply(node);
    if (result) return result;
  }
  return undefined;
}
