/** The CPU reference: slow, and the definition of right. */

import { invalidModel } from "./invalid-model.ts";
import { isOp } from "./is-op.ts";
import type { Model } from "./model/model.ts";
import type { Node } from "./node.ts";
import { formatShape } from "./probe.ts";
import { definitionOf } from "./ops/index.ts";
import { parametersOf } from "./program.ts";
import type { Program } from "./program.ts";
import { elementCount } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";
import { topologicalOrder } from "./rewrite/topological-order.ts";

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
  return evaluate([output], (node) => {
    if (isOp(node, "input")) return picture;
    throw invalidModel(
      `The graph has a parameter, "${node.arg.name}", and nothing is bound to it.`,
      "Run a graph with parameters as a program.",
      { parameter: node.arg.name },
    );
  })[0]!;
}

/**
 * What a program makes of the tensors bound to its parameters.
 *
 * @param bindings a tensor for each parameter, by name; others are passed over.
 * @returns the outputs, by name.
 * @throws TatamiError `invalid-model` when a tensor is missing or of another shape than its parameter.
 */
export function runProgram(
  program: Program,
  bindings: Readonly<Record<string, Tensor>>,
): Readonly<Record<string, Tensor>> {
  const bound = new Map(
    parametersOf(program).map((node) => [node as Node, checkBinding(node, bindings[node.arg.name])]),
  );
  const names = Object.keys(program.outputs);
  const values = evaluate(Object.values(program.outputs), (node) => bound.get(node)!);
  return Object.fromEntries(names.map((name, at) => [name, values[at]!]));
}

function checkBinding({ arg: { name, shape } }: Node<"parameter">, value: Tensor | undefined): Tensor {
  const fits = value && formatShape(value.shape) === formatShape(shape);
  if (fits && value.data.length === elementCount(shape)) return value;
  const given = value && `its tensor ${formatShape(value.shape)} of ${value.data.length} numbers`;
  throw invalidModel(
    `Parameter "${name}" is ${formatShape(shape)}, ${given ?? "and nothing is bound to it"}.`,
    `Bind a tensor of ${formatShape(shape)} to "${name}".`,
    { parameter: name },
  );
}

/** @param leafValue what is given for a picture or a parameter. */
function evaluate(
  outputs: readonly Node[],
  leafValue: (leaf: Node<"input"> | Node<"parameter">) => Tensor,
): readonly Tensor[] {
  const order = topologicalOrder(...outputs);
  const uses = new Map<Node, number>();
  for (const source of order.flatMap((node) => node.sources)) uses.set(source, (uses.get(source) ?? 0) + 1);
  for (const output of outputs) uses.set(output, (uses.get(output) ?? 0) + 1);
  const values = new Map<Node, Tensor>();
  for (const node of order) {
    const definition = definitionOf(node);
    if (isOp(node, "parameter")) values.set(node, definition.reference([leafValue(node)], node.arg));
    else {
      const sources = isOp(node, "input") ? [leafValue(node)] : node.sources.map((each) => values.get(each)!);
      definition.shape(
        sources.map((source) => source.shape),
        node.arg,
      );
      values.set(node, definition.reference(sources, node.arg));
    }
    for (const source of node.sources) {
      const left = uses.get(source)! - 1;
      uses.set(source, left);
      if (left === 0) values.delete(source);
    }
  }
  return outputs.map((output) => values.get(output)!);
}
