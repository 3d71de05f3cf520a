/** The CPU reference: slow, and the definition of right. */

import { isOp } from "./is-op.ts";
import type { Model } from "./model.ts";
import type { Node } from "./node.ts";
import { definitionOf } from "./ops/index.ts";
import type { Tensor } from "./tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

/**
 * What a model (or the graph up to a node) makes of a picture. Every node is computed once, and its
 * value is let go after its last use.
 *
 * @param picture `[n, 1, h, w]`; Y′/255 in the studio range for a model.
 * @returns `[n, 1, s·h, s·w]` for a model; not clipped.
 * @throws TatamiError `invalid-model` when the picture or the sources of an op do not fit.
 */
export function runReference(graph: Model | Node, picture: Tensor): Tensor {
  const output = "output" in graph ? graph.output : graph;
  const order = topologicalOrder(output);
  const uses = new Map<Node, number>();
  for (const source of order.flatMap((node) => node.sources)) uses.set(source, (uses.get(source) ?? 0) + 1);
  const values = new Map<Node, Tensor>();
  for (const node of order) {
    const sources = isOp(node, "input") ? [picture] : node.sources.map((source) => values.get(source)!);
    const definition = definitionOf(node);
    definition.shape(
      sources.map((source) => source.shape),
      node.arg,
    );
    values.set(node, definition.reference(sources, node.arg));
    for (const source of node.sources) {
      const left = uses.get(source)! - 1;
      uses.set(source, left);
      if (left === 0) values.delete(source);
    }
  }
  return values.get(output)!;
}
