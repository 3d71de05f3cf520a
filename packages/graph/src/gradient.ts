/** Differentiation as a rewrite: from the graph of a loss to the graphs of its gradients. */

import * as build from "./build.ts";
import * as buildTraining from "./build-training.ts";
import { invalidModel } from "./invalid-model.ts";
import type { Node } from "./node.ts";
import { formatShape } from "./probe.ts";
import type { GradientBuilders } from "./ops/definition.ts";
import { definitionOf } from "./ops/index.ts";
import { probeShape } from "./shape.ts";
import { elementCount, tensor } from "./tensor.ts";
import { dependents, topologicalOrder } from "./rewrite/topological-order.ts";

/**
 * The gradient of a loss with respect to nodes of its graph: {@link pullback} of 1.
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
  return pullback(new Map([[loss, build.constant(tensor(shape, Float32Array.of(1)))]]), parameters);
}

/**
 * The vector-Jacobian product: what nodes receive when others, the seeds, receive given gradients. Reverse mode,
 * every op by the gradient face of its definition. Each result has its node's shape and is made of ordinary
 * ops, so the reference and every engine that has those run it, and it can be differentiated again.
 *
 * @param seeds the gradient of each, in its shape. One that is a parameter too, or that another seed needs,
 * receives its own and what comes from the others.
 * @param parameters parameters, or any other nodes; zeros for those that no seed needs.
 * @throws TatamiError `invalid-model` when a gradient has another shape than its seed, or a seed depends on an
 * `input`, whose shape is not known: put a parameter in its place with `replaceNodes`.
 */
export function pullback(seeds: ReadonlyMap<Node, Node>, parameters: readonly Node[]): readonly Node[] {
  for (const [node, seed] of seeds) checkSeed(node, seed);
  const order = topologicalOrder(...seeds.keys());
  if (order.some((node) => node.op === "input")) {
    throw invalidModel(
      "The loss depends on an input, whose shape is not known.",
      "Put a parameter in the place of the input, with replaceNodes.",
    );
  }
  const found = passBack(seeds, order, dependents(order, parameters));
  return parameters.map((node) => found.get(node) ?? zerosLike(node));
}

const builders: GradientBuilders = { ...build, ...buildTraining, shapeOf: probeShape };

/** From the seeds back: when a node's turn comes, all that use it have had theirs. */
function passBack(
  seeds: ReadonlyMap<Node, Node>,
  order: readonly Node[],
  needed: ReadonlySet<Node>,
): ReadonlyMap<Node, Node> {
  const gradients = new Map(seeds);
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

function checkSeed(node: Node, seed: Node): void {
  const [wanted, given] = [formatShape(probeShape(node)), formatShape(probeShape(seed))];
  if (wanted === given) return;
  throw invalidModel(
    `A gradient of ${given} is not that of a value of ${wanted}.`,
    "Give every seed a gradient of its own shape.",
    { wanted, given },
  );
}

function zerosLike(node: Node): Node {
  const shape = probeShape(node);
  return buildTraining.expand(build.constant(tensor(shape.map(() => 1))), shape);
}
