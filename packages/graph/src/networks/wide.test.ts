/** Linear blocks: wide equals folded, and a kernel becomes wide again. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { absolute, constant, mean, subtract } from "../build.ts";
import { parameter } from "../build-training.ts";
import { dot, expectGradient, fourthOrder } from "../derivative.fixture.ts";
import { gradient } from "../gradient.ts";
import { isOp } from "../is-op.ts";
import { largestDifference } from "../largest-difference.ts";
import type { Node } from "../node.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { seededWeights } from "../random/seeded-models.ts";
import { runProgram } from "../reference.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { topologicalOrder } from "../rewrite/topological-order.ts";
import { splitAtBatch } from "../training/split-loss.ts";
import { initialWeights } from "./network.ts";
import { sesrLoss } from "./sesr-loss.fixture.ts";
import { sesr } from "./sesr.ts";
import { expandToWide, foldWide, weightParameters, widen, wideWeight } from "./wide.ts";

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

describe.each([
  { blocks: 3, features: 4, width: 6, scale: 2 },
  { blocks: 5, features: 4, width: 6, scale: 4 },
])("the gradient of wide weights, %j,", (given) => {
  const shape = sesr.check(given);
  const folded = sesr.weights(shape);
  const specs = widen(folded);
  const random = createSeededRandom(4);
  const low = randomTensor([2, 1, 5, 6], 0, 1, random);
  const high = randomTensor([2, 1, 5 * given.scale, 6 * given.scale], 0, 1, random);

  it("is what differences show, of each alone", () => {
    // Slopes of 1 leave no kink: the network is affine in each weight, slopes included, and all that is between
    // is rounding, 1e-5 at most with these numbers.
    const weights = Object.entries(seededWeights(specs, 3)).map(([name, { shape: sides, data }]) => ({
      name,
      value: tensor(sides, name.endsWith(".slopes") ? data.map(() => 1) : data),
    }));
    const build = (sources: readonly Node[]): Node => {
      const find = (wanted: string): Node => sources[weights.findIndex(({ name }) => name === wanted)]!;
      const nodes = new Map(folded.map((spec) => [spec.name, wideWeight(spec, find)]));
      return sesr.build(shape, (name) => nodes.get(name)!, constant(low)).output;
    };
    for (let seed = 10; seed < 14; seed++)
      expectGradient({ values: weights.map(({ value }) => value), build }, seed, 0.03, 2e-5);
  });

  it("is what differences of the loss show, of all together, where no kink is in reach", () => {
    const { loss, parameters } = sesrLoss(given, { batch: 2, height: 5, width: 6 });
    const compare = slopes(loss, parameters, { ...seededWeights(specs, 5), low, high });
    let checked = 0;
    for (let seed = 20; checked < 4; seed++) {
      expect(seed).toBeLessThan(60);
      const { deviation, crossed } = compare(seed, 3e-5);
      if (crossed) continue;
      checked++;
      // Outputs are rounded at 6e-8, which is 2e-3 of the step, and differently in each of hundreds of pixels.
      expect(deviation).toBeLessThan(1e-3);
    }
  });
});

/**
 * How far a loss's slope along a random direction of all weights, as differences show it, is from its gradient's, in
 * parts of the gradient; and whether anything changed sides of a kink between.
 */
function slopes(
  loss: Node,
  parameters: readonly Node<"parameter">[],
  bindings: Readonly<Record<string, Tensor>>,
): (seed: number, step: number) => { readonly deviation: number; readonly crossed: boolean } {
  const named = gradient(loss, parameters).map((each, at) => [`∂${parameters[at]!.arg.name}`, each] as const);
  const gradients = runProgram({ name: "gradients", outputs: Object.fromEntries(named) }, bindings);
  const length = Math.hypot(...Object.values(gradients).map(({ data }) => Math.hypot(...data)));
  // The loss's terms, as its own rounding would hide what is looked for; and whatever comes to a kink.
  const terms = loss.sources[0]!;
  const kinked = topologicalOrder(loss).filter(
    ({ op }) => op === "prelu" || op === "clip" || op === "absolute",
  );
  const outputs = {
    terms,
    ...Object.fromEntries(kinked.map(({ sources }, at) => [`kink ${at}`, sources[0]!])),
  };
  return (seed, step) => {
    const random = createSeededRandom(seed);
    const directions = parameters.map(
      ({ arg: { name, shape } }) => [name, randomTensor(shape, -1, 1, random)] as const,
    );
    const predicted = directions.reduce(
      (sum, [name, { data }]) => sum + dot(gradients[`∂${name}`]!.data, data),
      0,
    );
    const sides = new Set<string>();
    const lossAt = (by: number): number => {
      const moved = directions.map(([name, { shape, data }]) => {
        const values = data.map((value, at) => bindings[name]!.data[at]! + by * value);
        return [name, tensor(shape, values)] as const;
      });
      const given = { ...bindings, ...Object.fromEntries(moved) };
      const { terms: each, ...values } = runProgram({ name: "loss", outputs }, given);
      // A clip has a kink at 0 and one at 1.
      const side = (value: number): number => Math.sign(value) + Math.sign(value - 1);
      sides.add(
        Object.values(values)
          .map(({ data }) => data.map(side).join())
          .join(),
      );
      return each!.data.reduce((sum, value) => sum + value, 0) / each!.data.length;
    };
    const deviation = Math.abs(fourthOrder(lossAt, step) - predicted) / length;
    return { deviation, crossed: sides.size > 1 };
  };
}
