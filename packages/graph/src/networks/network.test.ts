/** What must hold for every network there is. */

import { describe, expect, it } from "vitest";
import { absolute, constant, mean, subtract } from "../build.ts";
import { parameter } from "../build-training.ts";
import { expectGradient } from "../derivative.fixture.ts";
import { gradient } from "../gradient.ts";
import { verify } from "../model/verify.ts";
import type { Node } from "../node.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { runProgram, runReference } from "../reference.ts";
import { probeShape } from "../shape.ts";
import { splitAtBatch } from "../training/split-loss.ts";
import { elementCount } from "../tensor.ts";
import { createNetworkModel, initialWeights } from "./network.ts";
import { networkOf, networks } from "./registry.ts";
import { sesr } from "./sesr.ts";
import { weightParameters } from "./wide.ts";

/** Networks small enough for the reference, and by what the sides of their pictures are divided. */
const cases: readonly (readonly [name: keyof typeof networks, shape: object, unit: number])[] = [
  ["sesr", { blocks: 2, features: 4, width: 6 }, 1],
  ["sesr", { features: [4, 6, 6, 4], width: 8, scale: 3 }, 1],
  ["sesr", { blocks: 1, features: 3, width: 4, scale: 4 }, 1],
  ["edsr", { features: 4, blocks: 2 }, 1],
  ["edsr", { features: 3, blocks: 1, residualScale: 0.1, scale: 4 }, 1],
  ["unet", { base: 3, depth: 2 }, 4],
  ["unet", { base: 4, depth: 1, activation: "relu", scale: 1 }, 2],
  ["unet", { base: 2, depth: 3, scale: 3 }, 8],
  ["mlp", { features: 5, depth: 2 }, 1],
  ["mlp", { features: 4, depth: 3, scale: 3 }, 1],
  ["mamba", { features: 8, states: 4, window: 4 }, 4],
  ["mamba", { features: 4, rounds: 3, states: 3, rank: "full", window: 2, orders: 2, scale: 3 }, 2],
  ["mamba", { features: 4, rounds: 1, window: 4, mixer: "pointwise" }, 1],
  ["critic", { features: 3 }, 4],
  ["critic", { features: 2, slope: 0.1 }, 4],
];

describe.each(cases)("%s %j", (name, given, unit) => {
  const network = networkOf(name);
  const shape = network.check(given);
  const specs = network.weights(shape);
  const scale = network.scaleOf(shape);
  const [height, width] = [unit, 2 * unit].map((side) => side * Math.ceil(5 / unit)) as [number, number];
  const random = createSeededRandom(4);
  const bindings = {
    ...initialWeights(specs, 3),
    low: randomTensor([1, 1, height, width], 0, 1, random),
    high: randomTensor([1, 1, height * scale, width * scale], 0, 1, random),
  };
  const low = parameter("low", [1, 1, height, width]);
  const { parameters, weight } = weightParameters(specs);
  const { output, features } = network.build(shape, weight, low);

  it("gives its scale, and features by name", () => {
    expect(probeShape(output)).toEqual([1, 1, height * scale, width * scale]);
    expect(Object.keys(features).length).toBeGreaterThan(1);
    expect(network.check(shape)).toEqual(shape);
    expect(new Set(specs.map((spec) => spec.name)).size).toBe(specs.length);
  });

  it("uses every weight, and its gradients are finite and not zero", () => {
    const high = parameter("high", [1, 1, height * scale, width * scale]);
    const loss = mean(absolute(subtract(output, high)));
    const named = gradient(loss, parameters).map((each, at): [string, Node] => [
      `∂${parameters[at]!.arg.name}`,
      each,
    ]);
    const found = runProgram({ name: "gradients", outputs: Object.fromEntries(named) }, bindings);
    for (const [label, { data }] of Object.entries(found)) {
      expect([label, data.every(Number.isFinite)]).toEqual([label, true]);
      expect([label, data.some((value) => value !== 0)]).toEqual([label, true]);
    }
    const split = splitAtBatch({ loss, weights: parameters, examples: [low, high] });
    // what is worked out of a weight alone is cut behind that: a causal kernel with its zeros, a vector laid out for pictures
    const isFolded = (label: string): boolean => /\.(causal\.kernel|rate|step|skip|scale|shift)$/.test(label);
    const cut = split.cut.map((each) => each.name);
    const names = parameters.map(({ arg }) => arg.name);
    expect(cut.length).toBe(names.length);
    expect(cut.filter((label) => names.includes(label)).toSorted()).toEqual(
      names.filter((label) => !isFolded(label)).toSorted(),
    );
  });

  it("is a model, unless it is a critic", () => {
    const tensors = initialWeights(specs, 3);
    if (name === "critic") {
      expect(() => createNetworkModel(network, shape, "c", tensors)).toThrowError(/The scale is 0\.25/);
      return;
    }
    const model = createNetworkModel(network, shape, "some", tensors);
    expect(verify(model)).toEqual([]);
    expect(model).toMatchObject({ name: "some", scale });
    expect(model.alignment ?? 1).toBe(unit);
    expect(runReference(model, bindings.low)).toEqual(
      runProgram({ name: "same", outputs: { output } }, bindings)["output"],
    );
  });
});

describe("a network's gradient", () => {
  it("is what differences show, where nothing has a kink", () => {
    const shape = networks.unet.check({ base: 2, depth: 1, scale: 2 });
    const specs = networks.unet.weights(shape).map((spec) =>
      // Slopes of 1 leave no kink.
      spec.name.endsWith(".slopes") ? { ...spec, begin: { kind: "constant", value: 1 } as const } : spec,
    );
    const tensors = initialWeights(specs, 5);
    const names = Object.keys(tensors).filter((name) => !name.endsWith(".slopes"));
    const picture = randomTensor([1, 1, 4, 4], 0, 1, createSeededRandom(6));
    expectGradient(
      {
        values: [picture, ...names.map((name) => tensors[name]!)],
        build: ([first, ...rest]) => {
          const varied = new Map(names.map((name, at) => [name, rest[at]!]));
          const weight = (name: string): Node => varied.get(name) ?? constant(tensors[name]!);
          return networks.unet.build(shape, weight, first!).output;
        },
      },
      7,
    );
  });
});

describe("initialWeights", () => {
  const specs = sesr.weights(sesr.check({ blocks: 2, features: 16 }));

  it("are the same for the same seed, others for another", () => {
    expect(initialWeights(specs, 1)).toEqual(initialWeights(specs, 1));
    expect(initialWeights(specs, 1)["first.kernel"]).not.toEqual(initialWeights(specs, 2)["first.kernel"]);
  });

  it("fill Glorot's range, the head's a part of it, biases and slopes zero, residuals with their tap", () => {
    const weights = initialWeights(specs, 1);
    const most = (name: string): number => Math.max(...weights[name]!.data.map(Math.abs));
    const limit = Math.sqrt(6 / (25 * 17));
    expect(most("first.kernel")).toBeGreaterThan(0.9 * limit);
    expect(most("first.kernel")).toBeLessThanOrEqual(limit);
    expect(most("last.kernel")).toBeLessThanOrEqual(0.3 * Math.sqrt(6 / (25 * 20)));
    for (const name of ["first.bias", "middle0.slopes", "last.bias"]) expect(most(name)).toBe(0);
    const { data, shape } = weights["middle1.kernel"]!;
    const small = Math.sqrt(6 / (9 * 32));
    for (const [i, value] of data.entries()) {
      const isTap = i % 9 === 4 && Math.floor(i / 144) === Math.floor(i / 9) % 16;
      expect(Math.abs(value - (isTap ? 1 : 0))).toBeLessThanOrEqual(small * 1.0001);
    }
    expect(data.length).toBe(elementCount(shape));
  });
});

describe("createNetworkModel refuses", () => {
  const shape = networks.mlp.check({ features: 3, depth: 1 });
  const tensors = initialWeights(networks.mlp.weights(shape), 1);
  const { "head.bias": bias, ...rest } = tensors;
  it.each([
    ["a weight that is missing", rest, /m: the weight "head\.bias" is missing, not \[4\]/],
    [
      "a weight of another shape",
      { ...rest, "head.bias": tensors["head.kernel"]! },
      /"head\.bias" is \[4, 3, 1, 1\], not/,
    ],
    ["a weight too many", { ...tensors, more: bias! }, /m: there is no weight "more"/],
    [
      "NaN",
      { ...rest, "head.bias": { shape: [4], data: new Float32Array(4).fill(NaN) } },
      /has NaN at index 0/,
    ],
  ])("%s", (_what, given, message) => {
    expect(() => createNetworkModel(networks.mlp, shape, "m", given)).toThrowError(
      expect.objectContaining({ code: "invalid-model", message: expect.stringMatching(message) }),
    );
  });
});

describe("networkOf", () => {
  it("finds networks by their own names, and no others", () => {
    for (const [name, network] of Object.entries(networks)) {
      expect(networkOf(name)).toBe(network);
      expect(network.name).toBe(name);
    }
    expect(() => networkOf("toString")).toThrowError(
      /network must be one of sesr, edsr, unet, mlp, critic, mamba/,
    );
  });
});
