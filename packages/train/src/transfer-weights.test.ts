import { expect, test } from "vitest";
import { createInitialWeights } from "./initial-weights.ts";
import { noise } from "./test-support.ts";
import { transferWeights } from "./transfer-weights.ts";
import { view, wideLayout } from "./weight-layout.ts";

const small = { blocks: 3, features: 16, width: 8, scale: 2 };
const large = { ...small, scale: 4 };
const from = { architecture: small, weights: noise(wideLayout(small).count, 1) };

test("×4 starts from ×2 in every layer but the last", () => {
  const weights = transferWeights(from, large, 5);
  const [source, target] = [wideLayout(small), wideLayout(large)];
  for (const index of [0, 1, 2, 3]) {
    for (const part of ["expand", "project", "bias"] as const) {
      expect(view(weights, target.layers[index]![part])).toEqual(
        view(from.weights, source.layers[index]![part]),
      );
    }
  }
  expect(view(weights, target.slopes)).toEqual(view(from.weights, source.slopes));
  const last = target.layers[4]!;
  expect(view(weights, last.project)).toEqual(view(createInitialWeights(large, 5), last.project));
});

test("the same architecture takes everything", () => {
  expect(transferWeights(from, small, 5)).toEqual(from.weights);
});

test("another number of blocks is refused", () => {
  expect(() => transferWeights(from, { ...large, blocks: 5 }, 5)).toThrow(
    "from.architecture.blocks must be 5",
  );
});
