/** Nodes that compute the same become one. */

import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { topologicalOrder } from "./topological-order.ts";

/** Constants of at most so many numbers are compared number by number; larger ones are equal only to themselves. */
const comparedNumbers = 64;

/**
 * The same outputs, every two nodes of one op, argument and sources being one object in them: what is computed
 * twice is computed once. Parameters and inputs stay what they are. One walk over the graph.
 */
export function shareEqual(outputs: readonly Node[]): readonly Node[] {
  const byKey = new Map<string, Node>();
  const shared = new Map<Node, Node>();
  const numbers = createNumbering();
  for (const node of topologicalOrder(...outputs)) {
    const sources = node.sources.map((source) => shared.get(source)!);
    const same = sources.every((source, at) => source === node.sources[at]);
    const current: Node = same ? node : { ...node, sources };
    const key = `${node.op}(${sources.map(numbers).join()})${keyOf(current, numbers)}`;
    const known = byKey.get(key) ?? current;
    byKey.set(key, known);
    shared.set(node, known);
  }
  return outputs.map((output) => shared.get(output)!);
}

function keyOf(node: Node, numbers: (each: object) => number): string {
  if (isOp(node, "parameter") || isOp(node, "input")) return `#${numbers(node)}`;
  if (isOp(node, "constant")) {
    const { shape, data } = node.arg;
    if (data.length > comparedNumbers) return `[${shape.join()}]#${numbers(data)}`;
    // By their bits: 0 and −0 are two numbers, NaN is one.
    return `[${shape.join()}]${new Uint32Array(Float32Array.from(data).buffer).join()}`;
  }
  return Object.entries(node.arg)
    .map(([name, value]: [string, unknown]) => `${name}:${String(value)}`)
    .join(";");
}

/** A number for each object, the same for the same. */
function createNumbering(): (each: object) => number {
  const known = new Map<object, number>();
  return (each) => {
    const number = known.get(each) ?? known.size;
    known.set(each, number);
    return number;
  };
}
