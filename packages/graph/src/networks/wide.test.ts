/** Linear blocks: wide equals folded, and a kernel becomes wide again. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absolute, mean, subtract } from "../build.ts";
import { parameter } from "../build-training.ts";
import { isOp } from "../is-op.ts";
import { largestDifference } from "../largest-difference.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { runProgram } from "../reference.ts";
import { topologicalOrder } from "../topological-order.ts";
import { splitAtBatch } from "../training/split-loss.ts";
import { initialWeights } from "./network.ts";
import { sesr } from "./sesr.ts";
import { expandToWide, foldWide, weightParameters, widen } from "./wide.ts";

const shapes = fc.record({
  features: fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 2 }))
    .map(([ends, between]) => [ends, ...between, ends]),
  width: fc.integer({ min: 4, max: 8 }),
  scale: fc.constantFrom(2, 3),
});

describe("wide weights", () => {
  it("compute what their fold computes, to 1e-5, any widths", () => {
    fc.assert(
      fc.property(shapes, fc.integer(), (given, seed) => {
        const shape = sesr.check(given);
        const specs = sesr.weights(shape);
        const picture = randomTensor([1, 1, 5, 6], 0, 1, createSeededRandom(seed));
        const low = parameter("low", [1, 1, 5, 6]);
        const run = (wide: boolean, tensors: ReturnType<typeof initialWeights>) => {
          const { output } = sesr.build(shape, weightParameters(specs, { wide }).weight, low);
          return runProgram({ name: "n", outputs: { output } }, { ...tensors, low: picture })["output"]!;
        };
        const tensors = initialWeights(widen(specs), seed);
        const folded = foldWide(specs, tensors);
        expect(Object.keys(folded)).toEqual(specs.map(({ name }) => name));
        expect(largestDifference(run(true, tensors), run(false, folded))).toBeLessThan(1e-5);
      }),
      { numRuns: 30 },
    );
  });

  it("come back from a kernel: the fold is the kernel, and random elsewhere", () => {
    fc.assert(
      fc.property(shapes, fc.integer(), (given, seed) => {
        const shape = sesr.check({ ...given, width: Math.max(9, given.width) });
        for (const spec of sesr.weights(shape).filter(({ block }) => block)) {
          const kernel = randomTensor(spec.shape, -1, 1, createSeededRandom(seed));
          const parts = expandToWide(spec, kernel, seed);
          const folded = foldWide([spec], parts)[spec.name]!;
          // 1 taken off a tap and added again rounds once.
          expect(largestDifference(folded, kernel)).toBeLessThanOrEqual(spec.block!.residual ? 2 ** -24 : 0);
          const [wide] = widen([spec]);
          const rest = parts[wide!.name]!.data.slice(kernel.data.length);
          expect(rest.every((value) => value !== 0)).toBe(true);
        }
      }),
      { numRuns: 30 },
    );
  });

  it("begin with the head's gain at the projection", () => {
    const specs = widen(sesr.weights(sesr.check({ blocks: 1, features: 16, width: 64 })));
    const weights = initialWeights(specs, 1);
    const most = (name: string): number => Math.max(...weights[name]!.data.map(Math.abs));
    for (const [name, limit] of [
      ["first.expand", Math.sqrt(6 / (25 * 65))],
      ["first.project", Math.sqrt(6 / 80)],
      ["middle0.expand", Math.sqrt(6 / (9 * 80))],
      ["last.expand", Math.sqrt(6 / (25 * 80))],
      ["last.project", 0.3 * Math.sqrt(6 / 68)],
    ] as const) {
      expect(most(name)).toBeLessThanOrEqual(limit * 1.0001);
      expect(most(name)).toBeGreaterThan(0.9 * limit);
    }
  });

  it("are folded once a step: the cut of a loss is the kernels, biases and slopes", () => {
    const shape = sesr.check({ blocks: 2, features: 4, width: 6 });
    const { parameters, weight } = weightParameters(sesr.weights(shape), { wide: true, prefix: "g." });
    const [low, high] = [parameter("low", [1, 1, 4, 4]), parameter("high", [1, 1, 8, 8])];
    const loss = mean(absolute(subtract(sesr.build(shape, weight, low).output, high)));
    const { cut, before, each } = splitAtBatch({ loss, weights: parameters, examples: [low, high] });
    expect(parameters.map(({ arg }) => arg.name)).toContain("g.middle0.expand");
    expect(
      Object.values(before.outputs)
        .map((node) => node.op)
        .toSorted(),
    ).toEqual(["add", "add", "reshape", "reshape"]);
    expect(cut.filter(({ name }) => name.startsWith("g.")).map(({ name }) => name)).toEqual([
      "g.first.bias",
      "g.middle0.bias",
      "g.middle0.slopes",
      "g.middle1.bias",
      "g.middle1.slopes",
      "g.last.bias",
    ]);
    const products = topologicalOrder(...Object.values(each.outputs)).filter((node) =>
      isOp(node, "matrixMultiply"),
    );
    expect(products).toEqual([]);
  });

  it("refuse a width without room, and weights that are none", () => {
    const [spec, bias] = sesr.weights(sesr.check({ blocks: 1, features: 4, width: 4, scale: 4 })).slice(-2);
    const kernel = randomTensor(spec!.shape, -1, 1, createSeededRandom(1));
    expect(() => expandToWide(spec!, kernel, 1)).toThrowError(
      /shape\.width must be at least 16, the outputs of a block/,
    );
    expect(() => expandToWide(bias!, kernel, 1)).toThrowError(/"last\.bias" is no linear block/);
    expect(() => weightParameters([bias!]).weight("other")).toThrowError(/There is no weight "other"/);
  });
});
