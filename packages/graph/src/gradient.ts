/** Differentiation as a rewrite: from the graph of a loss to the graphs of its gradients. */

import * as build from "./build.ts";
import * as buildTraining from "./build-training.ts";
import { invalidModel } from "./invalid-model.ts";
import type { Node } from "./node.ts";
import { formatShape } from "./ops/definition.ts";
import type { GradientBuilders } from "./ops/definition.ts";
import { definitionOf } from "./ops/index.ts";
import { probeShape } from "./shape.ts";
import { elementCount, tensor } from "./tensor.ts";
import { topologicalOrder } from "./topological-order.ts";

/**
 * The gradient of a loss with respect to nodes of its graph: reverse mode, every op by the gradient face
 * of its definition. Each result has its node's shape and is made of ordinary ops, so the reference and
 * every engine that has those run it, and it can be differentiated again.
 *
 * @param loss one number, of any count of dimensions.
 * @param parameters parameters, or any other nodes; zeros for those that the loss does not need.
 * @throws TatamiError `invalid-model` when the loss is not one number, or depends on an `input`, whose
 * shape is not known: put a parameter in its place with `replaceNodes`.
 */
export function gradient(loss: Node, parameters: readonly Node[]): readonly Node[] {
  const shape = probeShape(loss);
  if (elementCount(shape) !== 1) {
    throw invalidModel(
      `The loss has shape ${formatShape(shape)}, not one number.`,
      "Take the mean or the sum of the loss.",
      { shape: formatShape(shape) },
    );
  }
  const order = topologicalOrder(loss);
  if (order.some((node) => node.op === "input")) {
    throw invalidModel(
      "The loss depends on an input, whose shape is not known.",
      "Put a parameter in the place of the input, with replaceNodes.",
    );
  }
  const found = gradientsOf(loss, order, dependents(order, new Set(parameters)));
  return parameters.map((node) => found.get(node) ?? zerosLike(node));
}

const builders: GradientBuilders = { ...build, ...buildTraining, shapeOf: probeShape };

/** From the loss back: when a node's turn comes, all that use it have had theirs. */
function gradientsOf(loss: Node, order: readonly Node[], needed: ReadonlySet<Node>): ReadonlyMap<Node, Node> {
  const ones = tensor(probeShape(loss), Float32Array.of(1));
  const gradients = new Map<Node, Node>([[loss, build.constant(ones)]]);
  for (const node of order.toReversed()) {
    const outgoing = gradients.get(node);
    if (!outgoing || !needed.has(node)) continue;
    const passed = definitionOf(node).gradient(builders, node, outgoing);
    for (const [at, source] of node.sources.entries()) {
      const part = passed[at];
      if (!part || !needed.has(source)) continue;
      const before = gradients.get(source);
      gradients.set(source, before ? build.add(before, part) : part);
    }
  }
  return gradients;
}

/** The nodes that depend on one of these, themselves included. */
function dependents(order: readonly Node[], roots: ReadonlySet<Node>): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const node of order) {
    if (roots.has(node) || node.sources.some((source) => found.has(source))) found.add(node);
  }
  return found;
}

function zerosLike(node: Node): Node {
  const shape = probeShape(node);
  return buildTraining.expand(build.constant(tensor(shape.map(() => 1))), shape);
}
