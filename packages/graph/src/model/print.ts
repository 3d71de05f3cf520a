/** A model as text, for people. */

import { countParameters } from "./count.ts";
import { isOp } from "../is-op.ts";
import type { Model } from "./model.ts";
import type { Node } from "../node.ts";
import { formatShape } from "../probe.ts";
import { probeShape } from "../shape.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";

/**
 * One line for the model and one for each node that is no constant: its number, its op, what it works
 * on, and the shape of its value, where n, h and w are the picture's.
 *
 * @example
 * ```text
 * sesr-m5-x2: ×2, halo 9, 13520 parameters
 * %0 = input → [n, 1, h, w]
 * %1 = subtract(%0, 0.5) → [n, 1, h, w]
 * %2 = conv2d(%1, [16, 1, 5, 5], [16]) → [n, 16, h, w]
 * ```
 */
export function printModel(model: Model): string {
  const { name, scale, halo, output } = model;
  const numbers = new Map<Node, number>();
  const lines = [`${name}: ×${scale}, halo ${halo}, ${countParameters(model)} parameters`];
  for (const node of topologicalOrder(output)) {
    if (isOp(node, "constant")) continue;
    numbers.set(node, numbers.size);
    const inner = [...node.sources.map((source) => printSource(source, numbers)), ...printArgument(node)];
    const call = inner.length > 0 ? `${node.op}(${inner.join(", ")})` : node.op;
    lines.push(`%${numbers.get(node)} = ${call} → ${formatShape(probeShape(node))}`);
  }
  return `${lines.join("\n")}\n`;
}

function printSource(node: Node, numbers: ReadonlyMap<Node, number>): string {
  if (!isOp(node, "constant")) return `%${numbers.get(node)}`;
  const { shape, data } = node.arg;
  return data.length === 1 ? printNumber(data[0]!) : `[${shape.join(", ")}]`;
}

/** Seven digits: all that a float32 has to say. */
function printNumber(value: number): string {
  return String(Number(value.toPrecision(7)));
}

function printArgument(node: Node): readonly string[] {
  if (isOp(node, "input")) return [];
  return Object.entries(node.arg).map(([name, value]: [string, unknown]) => {
    if (Array.isArray(value)) return `${name}: [${value.join(", ")}]`;
    return `${name}: ${typeof value === "number" ? printNumber(value) : String(value)}`;
  });
}
