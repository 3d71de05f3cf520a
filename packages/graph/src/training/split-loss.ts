/** A loss cut where the examples come in: three programs, of which only one runs for every example. */

import { parameter } from "../build-training.ts";
import { foldOutputs } from "../collapse/fold-constants.ts";
import { gradient, pullback } from "../gradient.ts";
import { invalidModel } from "../invalid-model.ts";
import { isOp } from "../is-op.ts";
import type { Node } from "../node.ts";
import { formatShape } from "../probe.ts";
import type { Shape } from "../ops/definition.ts";
import { parametersOf } from "../program.ts";
import type { Program } from "../program.ts";
import { rewriteEach } from "../rewrite/rewrite.ts";
import { probeShape } from "../shape.ts";
import { shareEqual } from "../rewrite/share-equal.ts";
import { elementCount } from "../tensor.ts";
import { dependents, topologicalOrder } from "../rewrite/topological-order.ts";
import type { TrainingLoss } from "./program-engine.ts";

/** A value on the border: it depends on no example, and what does depend on one uses it. */
export interface CutValue {
  /** A parameter's own name, else `cut0`, `cut1`, … */
  readonly name: string;
  readonly shape: Shape;
  /** Whether its gradient is wanted: the loss needs it, and it depends on a weight. */
  readonly learned: boolean;
}

/**
 * A loss as three programs. The gradient of a mean over examples is `before` once, `each` for every example, the
 * mean of its `∂` outputs, and `after` once: exactly, as `after` is linear in them.
 */
export interface SplitLoss {
  readonly cut: readonly CutValue[];
  /**
   * Weights and fixed parameters to cut values, by their names. A cut value that is a parameter under its own
   * name is handed over as it is, and is no output here.
   */
  readonly before: Program;
  /** Cut values and examples to `loss`, the terms, and `∂name` for every learned cut value. */
  readonly each: Program;
  /**
   * Weights, fixed parameters and `∂name` of the learned cut values to `∂name` of every weight. Where a weight is
   * a cut value and nothing in `before` uses it, its gradient is handed on as it is.
   */
  readonly after: Program;
}

/**
 * Cuts a loss. Nodes of constants alone are folded first, and what is computed twice is computed once.
 *
 * @throws TatamiError `invalid-model` for a loss that depends on an `input`, on a parameter that is in none of the
 * lists, or on none of the weights; for a term called `loss`, and for other names that are taken.
 */
export function splitAtBatch(given: TrainingLoss): SplitLoss {
  const names = ["loss", ...Object.keys(given.terms ?? {})];
  const results = shareEqual(foldOutputs([given.loss, ...Object.values(given.terms ?? {})]));
  const order = topologicalOrder(...results);
  checkLoss(given, results[0]!, order);
  checkNames(given, names);
  for (const [at, node] of results.entries()) checkOneNumber(names[at]!, node);
  const border = findBorder(given, results, order);
  const named = nameBorder(given, names, border);
  const replaced = new Map(
    named.map(({ name, node, shape }) => [node, isNamed(node, name) ? node : parameter(name, shape)]),
  );
  const learned = named.filter((value) => value.learned);
  return {
    cut: named.map(({ name, shape, learned: wanted }) => ({ name, shape, learned: wanted })),
    before: program(
      "before",
      named.filter(({ node, name }) => !isNamed(node, name)).map(({ name, node }) => [name, node]),
    ),
    each: buildEach(names, results, replaced, learned),
    after: buildAfter(given, learned),
  };
}

interface Named extends CutValue {
  readonly node: Node;
}

function buildEach(
  names: readonly string[],
  results: readonly Node[],
  replaced: ReadonlyMap<Node, Node>,
  learned: readonly Named[],
): Program {
  const values = rewriteEach(results, (node, original) => replaced.get(original) ?? node);
  const gradients = gradient(
    values[0]!,
    learned.map(({ node }) => replaced.get(node)!),
  );
  return program("each", [
    ...values.map((node, at) => [names[at]!, node] as const),
    ...gradients.map((node, at) => [`∂${learned[at]!.name}`, node] as const),
  ]);
}

function buildAfter({ weights }: TrainingLoss, learned: readonly Named[]): Program {
  const seeds = new Map(learned.map(({ name, node, shape }) => [node, parameter(`∂${name}`, shape)]));
  const gradients = pullback(seeds, weights);
  return program(
    "after",
    gradients.map((node, at) => [`∂${weights[at]!.arg.name}`, node]),
  );
}

/** A program, its names checked. */
function program(name: string, outputs: readonly (readonly [string, Node])[]): Program {
  const nodes = shareEqual(foldOutputs(outputs.map(([, node]) => node)));
  const made = { name, outputs: Object.fromEntries(outputs.map(([label], at) => [label, nodes[at]!])) };
  parametersOf(made);
  return made;
}

/** The cut's nodes, sources first, and whether the gradient of each is wanted. */
function findBorder(
  { weights, examples }: TrainingLoss,
  results: readonly Node[],
  order: readonly Node[],
): ReadonlyMap<Node, boolean> {
  const byExample = dependents(order, examples);
  const byWeight = dependents(order, weights);
  const known = dependents(
    order,
    order.filter((node) => node.sources.length === 0 && node.op !== "constant"),
  );
  const used = new Set<Node>(results);
  for (const node of order) if (byExample.has(node)) for (const source of node.sources) used.add(source);
  const forLoss = new Set(topologicalOrder(results[0]!));
  return new Map(
    order
      .filter((node) => used.has(node) && known.has(node) && !byExample.has(node))
      .map((node) => [node, byWeight.has(node) && forLoss.has(node)]),
  );
}

function nameBorder(
  { weights, fixed = [], examples }: TrainingLoss,
  results: readonly string[],
  border: ReadonlyMap<Node, boolean>,
): readonly Named[] {
  const taken = new Set([...results, ...[...weights, ...fixed, ...examples].map(({ arg }) => arg.name)]);
  const within = new Set(topologicalOrder(...border.keys()).flatMap((node) => node.sources));
  let count = 0;
  const next = (): string => {
    let name = `cut${count++}`;
    while (taken.has(name)) name = `cut${count++}`;
    return name;
  };
  return [...border].map(([node, learned]) => {
    // A weight that `before` uses as well: its whole gradient is another than that of the cut value.
    const own = isOp(node, "parameter") && !(learned && within.has(node));
    return { node, learned, name: own ? node.arg.name : next(), shape: probeShape(node) };
  });
}

function checkLoss(
  { weights, fixed = [], examples }: TrainingLoss,
  loss: Node,
  order: readonly Node[],
): void {
  const lists = new Set<Node>([...weights, ...fixed, ...examples]);
  const stranger = order.find((node) => isOp(node, "parameter") && !lists.has(node));
  if (isOp(stranger, "parameter")) {
    throw invalidModel(
      `The loss depends on the parameter "${stranger.arg.name}", which is neither a weight, nor fixed, nor an example.`,
      "Name every parameter of the loss in its weights, fixed or examples.",
      { parameter: stranger.arg.name },
    );
  }
  if (order.some((node) => isOp(node, "input"))) {
    throw invalidModel(
      "The loss depends on an input, whose shape is not known.",
      "Put a parameter in the place of the input, with replaceNodes, and name it in the examples.",
    );
  }
  if (dependents(topologicalOrder(loss), weights).size === 0) {
    throw invalidModel(
      "The loss depends on none of its weights, so there is nothing to learn.",
      "Name in its weights those parameters of the loss that are to learn.",
    );
  }
}

function checkNames({ weights, fixed = [], examples }: TrainingLoss, results: readonly string[]): void {
  const labels = [...results, ...[...weights, ...fixed, ...examples].map(({ arg }) => arg.name)];
  const twice = labels.find((label, at) => labels.indexOf(label) !== at);
  if (twice === undefined) return;
  throw invalidModel(
    `The loss has two values called "${twice}".`,
    'Give every weight, example and term a name of its own, and none of them the name "loss".',
    { name: twice },
  );
}

function checkOneNumber(name: string, node: Node): void {
  const shape = probeShape(node);
  if (elementCount(shape) === 1) return;
  throw invalidModel(
    `"${name}" has shape ${formatShape(shape)}, not one number.`,
    `Take the mean or the sum of "${name}".`,
    { name, shape: formatShape(shape) },
  );
}

function isNamed(node: Node, name: string): boolean {
  return isOp(node, "parameter") && node.arg.name === name;
}
