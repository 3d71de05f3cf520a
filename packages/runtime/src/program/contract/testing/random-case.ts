/** Losses of random networks, whose numbers are the weights. */

import type { LossBuilder, Node } from "@tatami/graph";
import { isOp, outputShape, parameter, randomModel, replaceNodes, topologicalOrder } from "@tatami/graph";
import type { ProgramCase } from "./program-case.ts";
import { squaredError } from "./program-case.ts";

/** A random network on pictures of 6×6 against random pictures. It may have no weights. */
export function randomCase(seed: number, block: number): ProgramCase {
  const model = randomModel(seed, block);
  const values: Record<string, Float32Array> = {};
  const build: LossBuilder = (batch) => {
    const x = parameter("x", [batch, 1, 6, 6]);
    const replaced = new Map<Node, Node>();
    const weights: Node<"parameter">[] = [];
    for (const node of topologicalOrder(model.output)) {
      if (isOp(node, "input")) replaced.set(node, x);
      // single numbers keep others away from zero
      if (!isOp(node, "constant") || node.arg.data.length === 1) continue;
      const weight = parameter(`weight${weights.length}`, node.arg.shape);
      values[weight.arg.name] = node.arg.data;
      weights.push(weight);
      replaced.set(node, weight);
    }
    const output = replaceNodes(model.output, replaced);
    const y = parameter("y", outputShape(model, [batch, 1, 6, 6]));
    return { loss: squaredError(output, y), weights, examples: [x, y] };
  };
  build(1);
  return { name: model.name, build, batch: 2, values, ranges: { x: [0, 1], y: [0, 1] } };
}
