import { largestDifference, readOnnx, runReference, writeOnnx } from "@tatami/graph";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Architecture } from "./architecture.ts";
import { describeTransfer, keptBlocks } from "./describe-transfer.ts";
import { createFold } from "./fold.ts";
import { createFoldedModel, createWideModel, foldedOf } from "./graph-model.ts";
import { createInitialWeights } from "./initial-weights.ts";
import { compileKernels, createKernels } from "../run/kernels.ts";
import { randomPlane, toTensor } from "../report/model-enlarge.ts";
import { noise } from "../data/test-support.ts";
import { transferWeights } from "./transfer-weights.ts";
import type { StartWeights } from "./transfer-weights.ts";
import { view, wideLayout } from "./weight-layout.ts";

const compiled = await compileKernels();
const picture = toTensor(randomPlane(13, 11));
const m3: Architecture = { blocks: 3, features: 16, width: 32, scale: 2 };

describe("the same function, from wide and from folded weights", () => {
  test.each<[string, Partial<Architecture>]>([
    ["as it is", {}],
    ["deeper", { blocks: 5 }],
    ["deeper twice", { blocks: 7 }],
    ["another width", { width: 64 }],
    ["deeper, of another width", { blocks: 11, width: 64 }],
    ["wider features", { blocks: 11, features: 32, width: 64 }],
  ])("%s", (_, change) => {
    const to = { ...m3, ...change };
    const from = trained(m3);
    const expected = runReference(createWideModel("from", m3, from.weights), picture);
    expect(describeTransfer(m3, to).sameFunction).toBe(true);
    for (const start of [from, folded(m3, from.weights)]) {
      const weights = transferWeights(start, to, 5);
      const wide = runReference(createWideModel("to", to, weights), picture);
      expect(largestDifference(wide, expected)).toBeLessThan(1e-6);
      const small = runReference(createFoldedModel("to", to, foldWide(to, weights)), picture);
      expect(largestDifference(small, expected)).toBeLessThan(2e-6);
    }
  });

  test("and of the ×4 network, whose sub-pixels an ONNX file holds in another order", () => {
    const from = { ...m3, scale: 4 };
    const to = { ...from, blocks: 5, width: 48 };
    const { weights } = trained(from);
    const expected = runReference(createWideModel("from", from, weights), picture);
    const grown = transferWeights(folded(from, weights), to, 2);
    expect(largestDifference(runReference(createWideModel("to", to, grown), picture), expected)).toBeLessThan(
      2e-6,
    );
  });
});

test("a network of no size of the paper's is one too: fewer features, folded and back", () => {
  const micro = { blocks: 2, features: 8, width: 32, scale: 2 };
  const from = trained(micro);
  const start = folded(micro, from.weights);
  expect(start.architecture).toMatchObject({ blocks: 2, features: 8 });
  const expected = runReference(createWideModel("from", micro, from.weights), picture);
  const wide = runReference(createWideModel("to", m3, transferWeights(start, m3, 5)), picture);
  expect(largestDifference(wide, expected)).toBeLessThan(2e-6);
});

test("what is new learns: every hidden channel has a gradient from the first step", () => {
  const to = { ...m3, blocks: 5, width: 64 };
  const weights = transferWeights(trained(m3), to, 5);
  const kernels = createKernels(compiled);
  const fold = createFold(kernels, to);
  const [wide, gradient] = [kernels.allocate(weights.length), kernels.allocate(weights.length)];
  wide.floats().set(weights);
  fold.gradient.floats().set(noise(fold.gradient.floats().length, 3));
  fold.unfoldGradient(wide, gradient);
  for (const layer of wideLayout(to).layers) {
    const project = view(gradient.floats(), layer.project);
    for (let hidden = 0; hidden < to.width; hidden++) {
      const own = project.subarray(hidden * layer.outputs, (hidden + 1) * layer.outputs);
      expect(own.some((value) => value !== 0)).toBe(true);
    }
  }
});

test("×4 starts from ×2 in every layer but the last", () => {
  const to = { ...m3, scale: 4 };
  const from = trained(m3);
  const weights = transferWeights(from, to, 5);
  const [source, target] = [wideLayout(m3), wideLayout(to)];
  for (const index of [0, 1, 2, 3]) {
    for (const part of ["expand", "project", "bias"] as const) {
      expect(view(weights, target.layers[index]![part])).toEqual(
        view(from.weights, source.layers[index]![part]),
      );
    }
  }
  expect(view(weights, target.slopes)).toEqual(view(from.weights, source.slopes));
  const last = target.layers[4]!;
  expect(view(weights, last.project)).toEqual(view(createInitialWeights(to, 5), last.project));
  expect(describeTransfer(m3, to)).toEqual({ sameFunction: false, changes: ["last block new for ×4"] });
});

test("the same architecture takes everything as it is", () => {
  const from = trained(m3);
  expect(transferWeights(from, m3, 5)).toEqual(from.weights);
});

test("fewer blocks and features leave some out, and that is said", () => {
  const large = { ...m3, blocks: 11, features: 32 };
  const from = trained(large);
  const weights = transferWeights(from, m3, 5);
  const [source, target] = [wideLayout(large), wideLayout(m3)];
  // blocks 0, 5 and 10 are kept, and of each the first 16 features
  expect([...view(weights, target.slopes).subarray(16, 32)]).toEqual([
    ...view(from.weights, source.slopes).subarray(5 * 32, 5 * 32 + 16),
  ]);
  expect(view(weights, target.layers[3]!.bias)).toEqual(
    view(from.weights, source.layers[11]!.bias).subarray(0, 16),
  );
  expect(describeTransfer(large, m3)).toEqual({
    sameFunction: false,
    changes: ["8 blocks left out", "16 features left out"],
  });
});

test("a width with less room than a layer has outputs is refused", () => {
  expect(() => transferWeights(trained(m3), { ...m3, blocks: 5, width: 8 }, 5)).toThrow(
    "recipe.architecture.width must be at least 16",
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

/** Weights as training leaves them: nothing zero, slopes and biases included. */
function trained(architecture: Architecture) {
  const weights = createInitialWeights(architecture, 3);
  const change = noise(weights.length, 4);
  return { architecture, weights: weights.map((value, index) => value + 0.02 * change[index]!) };
}

/** The same as a shipped file gives them. */
function folded(architecture: Architecture, weights: Float32Array): StartWeights {
  const model = createFoldedModel("from", architecture, foldWide(architecture, weights));
  const found = foldedOf(readOnnx(writeOnnx(model)).model);
  if (!found) throw new Error("no collapsed SESR");
  return found;
}

function foldWide(architecture: Architecture, weights: Float32Array): Float32Array {
  const kernels = createKernels(compiled);
  const fold = createFold(kernels, architecture);
  const wide = kernels.allocate(weights.length);
  wide.floats().set(weights);
  fold.fold(wide);
  return fold.folded.floats().slice();
}
