/** A split loss is the loss: whatever graph it is of. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as build from "../build.ts";
import * as training from "../build-training.ts";
import { gradient } from "../gradient.ts";
import { isOp } from "../is-op.ts";
import { largestDifference } from "../largest-difference.ts";
import type { Node } from "../node.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { runProgram } from "../reference.ts";
import { probeShape } from "../shape.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { dependents, topologicalOrder } from "../rewrite/topological-order.ts";
import type { LossBuilder, TrainingLoss } from "./program-engine.ts";
import { splitAtBatch } from "./split-loss.ts";

type Bindings = Readonly<Record<string, Tensor>>;

const channels = 3;
const [height, width] = [4, 5];

/** A chain of layers of every sort that there is a name for, drawn from a seed; the same for any number of examples. */
function randomLoss(seed: number): LossBuilder {
  return (examples) => {
    const random = createSeededRandom(seed);
    const below = (end: number): number => Math.floor(random() * end);
    const weights: Node<"parameter">[] = [];
    const fixed: Node<"parameter">[] = [];
    const weight = (name: string, ...shape: readonly number[]): Node<"parameter"> => {
      const made = training.parameter(`${name}${weights.length}`, shape);
      weights.push(made);
      return made;
    };
    const wide = (): Node => {
      const [expanded, project] = [weight("expand", 5, channels, 3, 3), weight("project", channels, 5)];
      const product = training.matrixMultiply(project, training.reshape(expanded, [5, channels * 9]));
      return training.reshape(product, [channels, channels, 3, 3]);
    };
    const normed = (kernel: Node): Node => {
      const squares = build.sum(build.multiply(kernel, kernel), build.allAxes(kernel));
      return build.divide(kernel, build.squareRoot(build.plus(squares, 0.1)));
    };
    const plain = (): Node => weight("kernel", channels, channels, 3, 3);
    const shared = plain();
    const frozen = (): Node => {
      const made = training.parameter(`fixed${fixed.length}`, [channels, channels, 1, 1]);
      fixed.push(made);
      return made;
    };
    const kernels = [wide, () => normed(plain()), () => normed(wide()), plain, () => shared, frozen];
    const low = training.parameter("low", [examples, channels, height, width]);
    const high = training.parameter("high", [examples, channels, height, width]);
    let picture: Node = low;
    for (let left = 2 + below(3); left > 0; left--) {
      const bias = below(2) === 0 ? weight("bias", channels) : undefined;
      const convolved = build.conv2d(picture, kernels[below(kernels.length)]!(), bias);
      const activations = [build.sigmoid, (x: Node) => build.prelu(x, weight("slopes", channels))];
      picture = build.add(activations[below(2)]!(convolved), picture);
    }
    picture = build.conv2d(picture, shared);
    const difference = build.subtract(build.clip(picture, -2, 2), high);
    const fidelity = build.mean(build.multiply(difference, difference));
    const decay = weights
      .map((each) => build.sum(build.multiply(each, each), build.allAxes(each)))
      .map((each) => training.reshape(each, [1, 1, 1, 1]))
      .reduce<Node>((a, b) => build.add(a, b), build.constant(tensor([1, 1, 1, 1])));
    const loss = below(2) === 0 ? fidelity : build.add(fidelity, build.times(decay, 0.01));
    return { loss, terms: { fidelity, decay }, weights, fixed, examples: [low, high] };
  };
}

function bind(parameters: readonly Node<"parameter">[], seed: number): Record<string, Tensor> {
  const random = createSeededRandom(seed);
  return Object.fromEntries(
    parameters.map(({ arg: { name, shape } }) => [name, randomTensor(shape, -0.5, 0.5, random)]),
  );
}

/** One item of a batch. */
function itemOf({ shape, data }: Tensor, item: number): Tensor {
  const size = data.length / shape[0]!;
  return tensor([1, ...shape.slice(1)], data.slice(item * size, (item + 1) * size));
}

/** What the three programs make of a batch. */
function runSplit(loss: TrainingLoss, weights: Bindings, examples: Bindings, count: number): Bindings {
  const { before, each, after } = splitAtBatch(loss);
  const cut = { ...weights, ...runProgram(before, weights) };
  const sums: Record<string, Tensor> = {};
  for (let item = 0; item < count; item++) {
    const own = Object.fromEntries(
      Object.entries(examples).map(([name, value]) => [name, itemOf(value, item)]),
    );
    for (const [name, { shape, data }] of Object.entries(runProgram(each, { ...cut, ...own }))) {
      const sum = (sums[name] ??= tensor(shape));
      for (const [i, value] of data.entries()) sum.data[i]! += value / count;
    }
  }
  return { ...sums, ...runProgram(after, { ...weights, ...sums }) };
}

describe("splitAtBatch", () => {
  it("gives the loss, its terms and its gradient of the whole batch, for any loss", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 4 }), (seed, count) => {
        const builder = randomLoss(seed);
        const { loss, terms, weights, fixed, examples } = builder(count);
        const given = bind([...weights, ...fixed!], seed + 1);
        const batch = bind(examples, seed + 2);
        const gradients = gradient(loss, weights).map(
          (each, at) => [`∂${weights[at]!.arg.name}`, each] as const,
        );
        const outputs = { loss, ...terms, ...Object.fromEntries(gradients) };
        const wanted = runProgram({ name: "whole", outputs }, { ...given, ...batch });
        const seen = runSplit(builder(1), given, batch, count);
        for (const [name, value] of Object.entries(wanted)) {
          const size = Math.max(1, ...value.data.map(Math.abs));
          expect([name, largestDifference(seen[name]!, value) / size < 1e-5]).toEqual([name, true]);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("cuts where nodes stop depending on examples, and names the cut", () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const given = randomLoss(seed)(1);
        const { cut, before, each, after } = splitAtBatch(given);
        const leaves = (outputs: Readonly<Record<string, Node>>): readonly string[] =>
          topologicalOrder(...Object.values(outputs)).flatMap((node) =>
            isOp(node, "parameter") ? [node.arg.name] : [],
          );
        const names = cut.map(({ name }) => name);
        const own = [...given.weights, ...given.fixed!].map(({ arg }) => arg.name);
        expect(new Set(names).size).toBe(names.length);
        expect(Object.keys(before.outputs)).toEqual(names.filter((name) => !own.includes(name)));
        expect(leaves(before.outputs).filter((name) => !own.includes(name))).toEqual([]);
        expect(new Set(leaves(each.outputs))).toEqual(new Set([...names, "low", "high"]));
        const learned = cut.filter((value) => value.learned).map(({ name }) => `∂${name}`);
        expect(Object.keys(each.outputs)).toEqual(["loss", "fidelity", "decay", ...learned]);
        expect(Object.keys(after.outputs)).toEqual(given.weights.map(({ arg }) => `∂${arg.name}`));
        for (const { name, shape } of cut) {
          if (before.outputs[name]) expect(probeShape(before.outputs[name])).toEqual(shape);
        }
        // Nothing runs for every example that could run once.
        const order = topologicalOrder(...Object.values(each.outputs));
        const examples = order.filter(
          (node) => isOp(node, "parameter") && ["low", "high"].includes(node.arg.name),
        );
        const results = new Set(Object.values(each.outputs));
        const byExample = dependents(order, examples);
        for (const node of order) {
          if (node.sources.length === 0 || byExample.has(node) || results.has(node)) continue;
          expect(
            node.sources.every((source) => !isOp(source, "parameter") || !own.includes(source.arg.name)),
          ).toBe(true);
        }
      }),
      { numRuns: 40 },
    );
  });
});

const [w, x] = [training.parameter("w", [1, 1, 1, 2]), training.parameter("x", [1, 1, 1, 2])];
const simple = build.mean(build.multiply(x, w));

describe("splitAtBatch on a weight that is a cut value itself", () => {
  it("hands it over, and its gradient back, as they are", () => {
    const split = splitAtBatch({ loss: simple, weights: [w], examples: [x] });
    expect(split.cut).toEqual([{ name: "w", shape: [1, 1, 1, 2], learned: true }]);
    expect(split.before.outputs).toEqual({});
    expect(split.after.outputs["∂w"]).toMatchObject({ op: "parameter", arg: { name: "∂w" } });
  });

  it("gives the cut value another name where the weight is used otherwise too", () => {
    const loss = build.add(simple, build.mean(build.multiply(w, w)));
    const given = { loss, weights: [w], examples: [x] };
    const split = splitAtBatch(given);
    expect(split.cut.map(({ name }) => name)).toEqual(["cut0", "cut1"]);
    expect(split.before.outputs["cut0"]).toBe(w);
    const weights = { w: tensor([1, 1, 1, 2], Float32Array.of(3, 5)) };
    const seen = runSplit(given, weights, { x: tensor([1, 1, 1, 2], Float32Array.of(1, 2)) }, 1);
    expect([...seen["∂w"]!.data]).toEqual([0.5 + 3, 1 + 5]);
  });

  it("gives zeros for a weight that the loss does not need", () => {
    const idle = training.parameter("idle", [3]);
    const given = { loss: simple, weights: [w, idle], examples: [x], terms: { idle2: build.mean(idle) } };
    const { cut, after } = splitAtBatch(given);
    expect(cut.map(({ name, learned }) => [name, learned])).toEqual([
      ["w", true],
      ["cut0", false],
    ]);
    const moments = { "∂w": tensor([1, 1, 1, 2]), idle: tensor([3]) };
    expect(runProgram(after, moments)["∂idle"]).toEqual(tensor([3]));
  });

  it("passes over names that are taken", () => {
    const taken = training.parameter("cut0", [1, 1, 1, 2]);
    const given = { loss: build.mean(build.multiply(x, build.exponential(w))), weights: [w], examples: [x] };
    const other = {
      ...given,
      loss: build.add(given.loss, build.mean(build.multiply(taken, x))),
      fixed: [taken],
    };
    expect(splitAtBatch(other).cut.map(({ name }) => name)).toEqual(["cut1", "cut0"]);
  });
});

describe("splitAtBatch refuses", () => {
  const other = training.parameter("other", [1, 1, 1, 2]);
  it.each<readonly [string, TrainingLoss, RegExp]>([
    [
      "an input",
      { loss: build.mean(build.multiply(build.input(), build.mean(w))), weights: [w], examples: [] },
      /on an input/,
    ],
    [
      "a stranger",
      { loss: build.mean(build.multiply(simple, build.mean(other))), weights: [w], examples: [x] },
      /parameter "other", which is neither/,
    ],
    ["a loss of no weight", { loss: build.mean(x), weights: [w], examples: [x] }, /none of its weights/],
    [
      "a loss of many numbers",
      { loss: build.multiply(x, w), weights: [w], examples: [x] },
      /"loss" has shape \[1, 1, 1, 2\]/,
    ],
    [
      "a term of many numbers",
      { loss: simple, terms: { many: x }, weights: [w], examples: [x] },
      /"many" has shape/,
    ],
    [
      "a term called loss",
      { loss: simple, terms: { loss: simple }, weights: [w], examples: [x] },
      /two values called "loss"/,
    ],
    [
      "a term called like a weight",
      { loss: simple, terms: { w: simple }, weights: [w], examples: [x] },
      /two values called "w"/,
    ],
    [
      "two weights of one name",
      {
        loss: build.mean(build.multiply(w, training.parameter("w", [1, 1, 1, 2]))),
        weights: [w],
        examples: [x],
      },
      /parameter "w", which is neither/,
    ],
  ])("%s", (_what, loss, message) => {
    expect(() => splitAtBatch(loss)).toThrowError(
      expect.objectContaining({
        code: "invalid-model",
        message: expect.stringMatching(message),
        fix: expect.stringMatching(/\.$/),
      }),
    );
  });
});
