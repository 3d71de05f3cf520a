import {
  gradient,
  initialWeights,
  largestDifference,
  networkOf,
  readOnnx,
  runProgram,
  runReference,
  writeOnnx,
} from "@tatami/graph";
import type { Tensor } from "@tatami/graph";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { NetworkShape, Recipe, RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { noise } from "../data/test-support.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { toTensor } from "../report/evaluate.ts";
import { randomPlane } from "../report/model-enlarge.ts";
import { networkObjective } from "../run/network-task.ts";
import { describeTransfer, keptBlocks } from "./describe-transfer.ts";
import { networkModel, readSesr, wideOutput } from "./network-model.ts";
import { startFrom, trainedWeights } from "../run/test-support.ts";
import { transferWeights } from "./transfer-weights.ts";
import type { StartWeights } from "./transfer-weights.ts";

const picture = toTensor(randomPlane(13, 11));
const m3 = { blocks: 3, features: 16, width: 32, scale: 2 };

describe("the same function, from wide and from folded weights", () => {
  it.each<[string, Partial<NetworkShape>]>([
    ["as it is", {}],
    ["deeper", { blocks: 5 }],
    ["deeper twice", { blocks: 7 }],
    ["another width", { width: 64 }],
    ["deeper, of another width", { blocks: 11, width: 64 }],
    ["wider features", { blocks: 11, features: 32, width: 64 }],
    ["features of many widths, all wider", { features: [16, 24, 20, 16], width: 64 }],
    ["deeper, with a width per layer", { blocks: 5, features: [20, 16, 16, 28, 24, 20], width: 48 }],
  ])("%s", (_, change) => {
    const to = { ...m3, ...change };
    const from = startOf(m3);
    const expected = runReference(wideOutput(from, from.wide!), picture);
    expect(described(m3, to).sameFunction).toBe(true);
    for (const start of [from, shipped(from)]) {
      for (const side of ["wide", "folded"] as const) {
        const recipe = recipeOf(to, { side });
        const weights = transferWeights(start, recipe);
        expect(Object.keys(weights)).toEqual(networkObjective(recipe).specs.map(({ name }) => name));
        if (side === "wide")
          expect(
            largestDifference(runReference(wideOutput(recipe, weights), picture), expected),
          ).toBeLessThan(1e-6);
        expect(largestDifference(runFolded(recipe, weights), expected)).toBeLessThan(2e-6);
      }
    }
  });

  it("and of the ×4 network, whose sub-pixels an ONNX file holds in another order", () => {
    const from = startOf({ ...m3, scale: 4 });
    const to = recipeOf({ ...m3, scale: 4, blocks: 5, width: 48 });
    const expected = runReference(wideOutput(from, from.wide!), picture);
    const grown = transferWeights(shipped(from), to);
    expect(largestDifference(runReference(wideOutput(to, grown), picture), expected)).toBeLessThan(2e-6);
  });

  it("and where every layer of the old one has a width of its own", () => {
    const uneven = { features: [8, 12, 4, 8], width: 16, scale: 2 };
    const from = startOf(uneven);
    const expected = runReference(wideOutput(from, from.wide!), picture);
    for (const to of [uneven, { features: [12, 12, 16, 12], width: 32, scale: 2 }, { ...m3, blocks: 5 }]) {
      const recipe = recipeOf(to);
      expect(described(uneven, to).sameFunction).toBe(true);
      for (const start of [from, shipped(from)])
        expect(largestDifference(runFolded(recipe, transferWeights(start, recipe)), expected)).toBeLessThan(
          2e-6,
        );
    }
  });
});

test("what is said to be the same function is, for any widths", () => {
  const widths = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 3 });
  const shapes = fc.tuple(widths, fc.integer({ min: 1, max: 5 })).map(([between, ends]) => ({
    features: [ends, ...between, ends],
    width: 8,
    scale: 2,
  }));
  fc.assert(
    fc.property(shapes, shapes, (old, to) => {
      const { sameFunction } = described(old, to);
      const from = startFrom(recipeOf(old, { side: "folded" }));
      const expected = runReference(networkModel({ ...from, name: "from" }, from.weights), picture);
      const recipe = recipeOf(to, { side: "folded" });
      const made = runFolded(recipe, transferWeights(from, recipe));
      if (sameFunction) expect(largestDifference(made, expected)).toBeLessThan(1e-5);
    }),
    { numRuns: 60 },
  );
});

test("a network of no size of the paper's is one too: fewer features, folded and back", () => {
  const from = startOf({ blocks: 2, features: 8, width: 32, scale: 2 });
  const start = shipped(from);
  expect(start.architecture).toMatchObject({ blocks: 2, features: [8, 8, 8] });
  const expected = runReference(wideOutput(from, from.wide!), picture);
  const to = recipeOf(m3);
  const wide = runReference(wideOutput(to, transferWeights(start, to)), picture);
  expect(largestDifference(wide, expected)).toBeLessThan(2e-6);
});

test.each([
  [{ blocks: 3, features: 8 }, 256],
  [{ blocks: 11, features: 8 }, 64],
  [{ blocks: 3, features: 24 }, 64],
])("of a shipped file %o is widened to %i hidden channels, and stays the same function", (shape, width) => {
  const from = startOf({ ...shape, width: 24, scale: 2 });
  const start = shipped(from);
  expect(start.architecture["width"]).toBe(width);
  const to = recipeOf(start.architecture);
  const expected = runReference(wideOutput(from, from.wide!), picture);
  const wide = runReference(wideOutput(to, transferWeights(start, to)), picture);
  expect(largestDifference(wide, expected)).toBeLessThan(2e-6);
});

test("what is new learns: every hidden channel has a gradient from the first step", () => {
  const to = recipeOf({ ...m3, blocks: 5, width: 64 });
  const weights = transferWeights(startOf(m3), to);
  const { loss, weights: parameters } = networkObjective({ ...to, crop: 9 }).build(1);
  const examples = {
    low: { shape: [1, 1, 9, 9], data: noise(81, 1).map((value) => 0.5 + 0.4 * value) },
    high: { shape: [1, 1, 18, 18], data: noise(324, 2).map((value) => 0.5 + 0.4 * value) },
  };
  const nodes = gradient(loss, parameters);
  const outputs = Object.fromEntries(parameters.map(({ arg }, at) => [`∂${arg.name}`, nodes[at]!]));
  const gradients = runProgram({ name: "gradient", outputs }, { ...weights, ...examples });
  // of a hidden channel one of the two factors may be zero, and then the other one learns
  for (const block of ["first", "middle0", "middle1", "middle2", "middle3", "middle4", "last"]) {
    const [expand, project] = [gradients[`∂${block}.expand`]!, gradients[`∂${block}.project`]!];
    const [rows, hidden] = project.shape as [number, number];
    const each = expand.data.length / hidden;
    for (let channel = 0; channel < hidden; channel++) {
      const own = expand.data.subarray(channel * each, (channel + 1) * each);
      const columns = Array.from({ length: rows }, (_, output) => project.data[output * hidden + channel]!);
      const learns = [...own, ...columns].some((value) => value !== 0);
      expect([block, channel, learns]).toEqual([block, channel, true]);
    }
  }
});

test("×4 starts from ×2 in every layer but the last", () => {
  const to = recipeOf({ ...m3, scale: 4 });
  const from = startOf(m3);
  const weights = transferWeights(from, to);
  for (const [name, value] of Object.entries(from.wide!))
    if (!name.startsWith("last.")) expect([name, weights[name]]).toEqual([name, value]);
  const random = networkObjective(to).fold(initialWeights(networkObjective(to).specs, to.seed));
  const last = networkObjective(to).fold(weights)["last.kernel"]!;
  expect(largestDifference(last, random["last.kernel"]!)).toBeLessThan(1e-6);
  expect(described(m3, { ...m3, scale: 4 })).toEqual({
    sameFunction: false,
    changes: ["last layer new for ×4"],
  });
});

test("the same architecture takes everything as it is", () => {
  const from = startOf(m3);
  expect(transferWeights(from, recipeOf(m3))).toEqual(from.wide);
  expect(transferWeights(from, recipeOf(m3, { side: "folded" }))).toEqual(from.weights);
});

test("fewer blocks and features leave some out, and that is said", () => {
  const large = { ...m3, blocks: 11, features: 32 };
  const from = startOf(large);
  const weights = networkObjective(recipeOf(m3)).fold(transferWeights(from, recipeOf(m3)));
  // blocks 0, 5 and 10 are kept, and of each the first 16 features
  for (const [block, old] of [0, 5, 10].entries()) {
    for (const part of ["slopes", "bias"])
      expect(weights[`middle${block}.${part}`]!.data).toEqual(
        from.weights[`middle${old}.${part}`]!.data.slice(0, 16),
      );
    const [kernel, whole] = [weights[`middle${block}.kernel`]!, from.weights[`middle${old}.kernel`]!];
    for (const [output, input, tap] of [
      [0, 0, 0],
      [3, 15, 4],
      [15, 2, 8],
    ] as const)
      expect(kernel.data[(output * 16 + input) * 9 + tap]).toBeCloseTo(
        whole.data[(output * 32 + input) * 9 + tap]!,
        6,
      );
  }
  expect(described(large, m3)).toEqual({
    sameFunction: false,
    changes: ["8 blocks left out", "16 features left out"],
  });
});

test("a width with less room than a layer has outputs is refused", () => {
  // of ×4 the last layer has 16 outputs, whatever the features
  const narrow = { blocks: 3, features: 8, width: 8, scale: 4 };
  expect(() =>
    transferWeights(startOf({ ...narrow, width: 16 }), recipeOf({ ...narrow, blocks: 5 })),
  ).toThrow("shape.width must be at least 16");
});

test("a network of another kind, and one that is no SESR of another shape, are refused", () => {
  const edsr = { blocks: 1, features: 4, scale: 2 };
  const init = { network: "edsr", side: "folded" } as const;
  const from = startFrom(recipeOf(edsr, init));
  expect(transferWeights(from, recipeOf(edsr, init))).toEqual(from.weights);
  for (const wanted of [recipeOf({ ...edsr, features: 8 }, init), recipeOf(m3)])
    expect(() => transferWeights(from, wanted)).toThrow("from must be a network of the kind");
});

test("one that is no SESR starts from another scale's in everything but its head", () => {
  const mamba = { features: 8, rounds: 1, rank: 2, states: 4, window: 4, scale: 2 };
  const init = { network: "mamba", side: "folded" } as const;
  const from = startFrom(recipeOf(mamba, init), trainedWeights(recipeOf(mamba, init)));
  const to = recipeOf({ ...mamba, scale: 4 }, init);
  const weights = transferWeights(from, to);
  const begun = initialWeights(networkObjective(to).specs, to.seed);
  expect(Object.keys(weights)).toEqual(Object.keys(begun));
  for (const [name, value] of Object.entries(weights))
    expect([name, value]).toEqual([name, (name.startsWith("head.") ? begun : from.weights)[name]]);
  expect(() => transferWeights(from, recipeOf({ ...mamba, scale: 4, features: 16 }, init))).toThrow(
    "whatever its scale",
  );
});

test("blocks keep their order, ends first, whatever the two depths", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }), (from, to) => {
      const kept = keptBlocks(from, to);
      expect(kept.length).toBe(to);
      const old = kept.filter((block) => block !== undefined);
      expect(old).toEqual([...new Set(old)].sort((a, b) => a - b));
      expect(old.length).toBe(Math.min(from, to));
      expect(old.every((block) => block >= 0 && block < from)).toBe(true);
      // no two gaps differ by more than one
      const gaps = old.map((block) => kept.indexOf(block)).map((place, i, all) => (all[i + 1] ?? to) - place);
      if (to > from) expect(Math.max(...gaps) - Math.min(...gaps)).toBeLessThanOrEqual(1);
    }),
  );
});

function recipeOf(architecture: NetworkShape, more: Partial<RecipeInit> = {}): Recipe {
  return createRecipe({ name: "to", architecture, seed: 5, ...more });
}

/** As training leaves it: nothing zero, slopes and biases included. */
function startOf(architecture: NetworkShape): StartWeights {
  return startFrom(recipeOf(architecture), trainedWeights(recipeOf(architecture)));
}

/** The same as a shipped file gives it. */
function shipped(from: StartWeights): StartWeights {
  const found = readSesr(readOnnx(writeOnnx(networkModel({ ...from, name: "from" }, from.weights))).model);
  if (!found) throw new Error("no collapsed SESR");
  return found;
}

function runFolded(recipe: Recipe, weights: Tensors): Tensor {
  return runReference(networkModel(recipe, networkObjective(recipe).fold(weights)), picture);
}

function described(from: NetworkShape, to: NetworkShape) {
  return describeTransfer(checked(from), checked(to));
}

function checked(shape: NetworkShape): NetworkShape {
  return networkOf("sesr").check(shape) as NetworkShape;
}
