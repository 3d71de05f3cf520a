/** The one walk over a graph, and what it finds. */

import { invalidModel } from "../invalid-model.ts";
import type { Node } from "../node.ts";

/**
 * Every node the outputs need, each once, sources before users; a single output is last.
 * A loop instead of recursion: a deep graph cannot overflow the stack.
 *
 * @throws TatamiError `invalid-model` for a cycle.
 */
export function topologicalOrder(...outputs: readonly Node[]): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: { readonly node: Node; next: number }[] = [];
  const waiting = outputs.toReversed();
  for (;;) {
    const top = stack.at(-1);
    if (!top) {
      const output = waiting.pop();
      if (!output) return order;
      if (state.has(output)) continue;
      state.set(output, "open");
      stack.push({ node: output, next: 0 });
      continue;
    }
    const source = top.node.sources[top.next];
    if (source === undefined) {
      stack.pop();
      state.set(top.node, "done");
      order.push(top.node);
      continue;
    }
    top.next++;
    const seen = state.get(source);
    if (seen === "open") {
      throw invalidModel(
        `The graph has a cycle through a ${source.op} node.`,
        "Build the graph from its input towards its output, without changing nodes that exist.",
        { op: source.op },
      );
    }
    if (seen === "done") continue;
    state.set(source, "open");
    stack.push({ node: source, next: 0 });
  }
}

/** The nodes of a walk that depend on one of these, themselves included. */
export function dependents(order: readonly Node[], roots: readonly Node[]): ReadonlySet<Node> {
  const from = new Set(roots);
  const found = new Set<Node>();
  for (const node of order) {
    if (from.has(node) || node.sources.some((source) => found.has(source))) found.add(node);
  }
  return found;
}
