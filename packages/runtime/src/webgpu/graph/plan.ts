/** From a graph to the dispatches that compute it, in order. */

import type { BatchShape, Model, Node } from "@tatami/graph";
import { collapseRules, isOp, rewrite, shapesOf, topologicalOrder } from "@tatami/graph";
import { convolutionStep } from "./convolve.ts";
import { elementwiseStep, fusedNodes, isElementwise } from "./elementwise.ts";
import { movementStep, reductionStep, windowStep } from "./movement.ts";
import { scanStep } from "./scan.ts";
import type { GpuValue, GraphStep } from "./shader.ts";
import { cannotRun, gpuValue } from "./shader.ts";

/** A model's dispatches. */
export interface GraphPlan {
  readonly input: Node;
  readonly output: Node;
  readonly steps: readonly GraphStep[];
  valueOf(node: Node): GpuValue;
}

/** What is computed from constants alone is one. */
const folding = collapseRules.filter(({ name }) => name === "fold-constants");

/** Plans a model for pictures of this size. @throws TatamiError `invalid-model` that names what has no shader. */
export function planGraph(model: Model, { width, height }: BatchShape): GraphPlan {
  const output = rewrite(model.output, folding);
  const order = topologicalOrder(output);
  const shapes = shapesOf(output, [1, 1, height, width]);
  const users = new Map<Node, Node[]>();
  for (const node of order)
    for (const source of node.sources) users.set(source, [...(users.get(source) ?? []), node]);
  const shapeOf = (node: Node) => shapes.get(node)!;
  // the output is used by whoever asked for it
  const usersOf = (node: Node): readonly Node[] => (node === output ? [node, node] : (users.get(node) ?? []));
  const values = new Map<Node, GpuValue>();
  const valueOf = (node: Node): GpuValue => {
    if (isOp(node, "constant")) throw cannotRun(node, "stands where a picture has to");
    const value = values.get(node) ?? gpuValue(node, shapeOf(node));
    values.set(node, value);
    return value;
  };
  const fused = fusedNodes(order, { usersOf, shapeOf });
  const input = order.find((node) => isOp(node, "input"))!;
  const steps = order
    .filter((node) => !isOp(node, "constant") && !isOp(node, "input") && !fused.has(node))
    .map((node) => stepOf(node, valueOf, fused));
  return { input, output, steps, valueOf };
}

function stepOf(node: Node, valueOf: (node: Node) => GpuValue, fused: ReadonlySet<Node>): GraphStep {
  if (isElementwise(node)) return elementwiseStep(node, valueOf, fused);
  if (isOp(node, "conv2d") || isOp(node, "depthwiseConv2d")) return convolutionStep(node, valueOf);
  if (isOp(node, "window") || isOp(node, "unwindow")) return windowStep(node, valueOf);
  if (isOp(node, "selectiveScan")) return scanStep(node, valueOf);
  if (isOp(node, "mean") || isOp(node, "sum")) return reductionStep(node, valueOf);
  return movementStep(node, valueOf);
}
