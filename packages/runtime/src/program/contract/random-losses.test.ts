/** Losses of random networks on every engine, judged by the reference. */

import type { LossBuilder, Node } from "@tatami/graph";
import { isOp, outputShape, parameter, randomModel, replaceNodes, topologicalOrder } from "@tatami/graph";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createCpuProgramEngine } from "../cpu-engine.ts";
import { engines } from "./testing/engines.ts";
import type { ProgramCase } from "./testing/program-case.ts";
import { differences, prepareCase, runOnce, squaredError } from "./testing/program-case.ts";

describe.each(Object.entries(engines))("%s", (_name, open) => {
  it("computes losses of random networks and their gradients", async () => {
    await using engine = await open();
    let compared = 0;
    const seeds = fc.integer({ min: 0, max: 1000 });
    await fc.assert(
      fc.asyncProperty(seeds, fc.constantFrom(1, 2), async (seed, block) => {
        const each = randomCase(seed, block);
        // ReLUs may let nothing through, and a root's slope at 0 is no number
        if (each.build(1).weights.length === 0) return;
        const right = await prepareCase(createCpuProgramEngine(), each).then(runOnce);
        const whole = Object.values(right.gradients).flatMap((values) => [...values]);
        if (!whole.every(Number.isFinite) || whole.every((value) => value === 0)) return;
        const filled = await prepareCase(engine, each);
        await using _runner = filled.runner;
        const parts = differences(await runOnce(filled), right);
        // roots of next to nothing make much of rounding
        expect(Object.entries(parts).filter(([, part]) => !(part < 1e-3))).toEqual([]);
        compared++;
      }),
      { numRuns: 60, seed: 17 },
    );
    expect(compared).toBeGreaterThan(45);
  });
});

/** A random network on pictures of 6×6 against random pictures. It may have no weights. */
function randomCase(seed: number, block: number): ProgramCase {
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
