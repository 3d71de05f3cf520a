/** The one walk over a graph. */

import { invalidModel } from "./invalid-model.ts";
import type { Node } from "./node.ts";

/**
 * Every node the output needs, each once, sources before users; the output is last.
 * A loop instead of recursion: a deep graph cannot overflow the stack.
 *
 * @throws TatamiError `invalid-model` for a cycle.
 */
export function topologicalOrder(output: Node): readonly Node[] {
  const order: Node[] = [];
  const state = new Map<Node, "open" | "done">();
  const stack: { readonly node: Node; next: number }[] = [{ node: output, next: 0 }];
  state.set(output, "open");
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const source = top.node.sources[top.next];
    if (source === undefined) {
      stack.pop();
      state.set(top.node, "done");
      order.push(top.node);
      continue;
    }
    top.next += 1;
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
  return order;
}
