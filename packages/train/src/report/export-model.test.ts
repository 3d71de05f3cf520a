import { createHash } from "node:crypto";
import { countParameters, largestDifference, readOnnx, runReference } from "@tatami/graph";
import { describe, expect, it, test } from "vitest";
import type { RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { wavyPicture } from "../data/test-support.ts";
import { createBicubicPair } from "../data/tracks/bicubic.ts";
import { compileKernels } from "../run/kernels.ts";
import { readSesr } from "../shape/network-model.ts";
import { checkpointOf, trainedWeights } from "../run/test-support.ts";
import { evaluate, toTensor } from "./evaluate.ts";
import { exportModel, foldCheckpoint } from "./export-model.ts";
import { createModelEnlarge, randomPlane } from "./model-enlarge.ts";

interface Case {
  readonly name: string;
  readonly init: Omit<RecipeInit, "name">;
  readonly parameters: number;
  readonly halo: number;
}

const cases: readonly Case[] = [
  ...[
    { blocks: 5, features: 16, width: 16, scale: 2 },
    { blocks: 3, features: 16, width: 16, scale: 4 },
    { blocks: 11, features: 32, width: 32, scale: 2 },
    { blocks: 2, features: 16, width: 16, scale: 3 },
  ].map((architecture) => ({
    name: `SESR of ${architecture.blocks} blocks, ${architecture.features} channels, ×${architecture.scale}`,
    init: { architecture },
    // SESR, section 3: the parameters of 5×5, 3×3 and 5×5 kernels
    parameters:
      25 * architecture.features * (1 + architecture.scale ** 2) +
      9 * architecture.blocks * architecture.features ** 2,
    halo: architecture.blocks + 4,
  })),
  {
    name: "SESR of a width per layer",
    init: { architecture: { features: [8, 12, 4, 8], width: 12, scale: 2 } },
    parameters: 25 * 8 * 5 + 9 * (8 * 12 + 12 * 4 + 4 * 8),
    halo: 7,
  },
  {
    name: "SESR whose kernels learn as they are",
    init: { architecture: { blocks: 3, features: 8, scale: 2 }, side: "folded" },
    parameters: 25 * 8 * 5 + 9 * 3 * 8 ** 2,
    halo: 7,
  },
  {
    name: "EDSR-like",
    init: { network: "edsr", architecture: { blocks: 2, features: 8, scale: 2 }, side: "folded" },
    parameters: 72 + 2 * 2 * 9 * 64 + 9 * 64 + 9 * 8 * 4,
    halo: 7,
  },
];

describe.each(cases)("an exported $name", ({ init, parameters, halo }) => {
  const recipe = createRecipe({ name: "tiny", ...init });

  it("is the one that learned to 1e-5, by the graph's own reference, and its file reads back", () => {
    const { model, foldingError } = foldCheckpoint(checkpointOf(recipe));
    expect(foldingError).toBeLessThanOrEqual(1e-5);
    // a fold and two convolutions round differently; kernels that learn as they are have nothing to differ from
    if (recipe.side === "wide") expect(foldingError).toBeGreaterThan(0);
    expect(model).toMatchObject({ name: "tiny", scale: recipe.architecture.scale, halo });
    expect(countParameters(model)).toBe(parameters);
    if (recipe.network !== "sesr") return;
    const { width: _width, ...shape } = recipe.architecture;
    expect(readSesr(model)?.architecture).toMatchObject(shape);
  });

  it("runs on the kernels as on the reference", async () => {
    const compiled = await compileKernels();
    const { model } = foldCheckpoint(checkpointOf(recipe));
    const picture = randomPlane(23, 14);
    const fast = createModelEnlarge(compiled, model)(picture);
    const difference = largestDifference(toTensor(fast), runReference(model, toTensor(picture)));
    expect(difference).toBeLessThan(1e-4);
    expect(difference).toBeGreaterThan(0); // the kernels round otherwise than the reference
  });
});

test("a network that folds to another is refused", () => {
  const recipe = createRecipe({ name: "tiny", architecture: { blocks: 1, features: 4, width: 4, scale: 2 } });
  const weights = trainedWeights(recipe);
  // far beyond what float32 adds up exactly
  const data = weights["middle0.expand"]!.data.map((value) => value * 1e7);
  const wild = { ...weights, "middle0.expand": { ...weights["middle0.expand"]!, data } };
  expect(() => foldCheckpoint(checkpointOf(recipe, wild))).toThrow("differs from the wide one by");
});

test("a card and its file say what was measured", async () => {
  const compiled = await compileKernels();
  const checkpoint = checkpointOf(createRecipe({ name: "tiny", ...cases[0]!.init }));
  const folded = foldCheckpoint(checkpoint);
  const pictures = [{ name: "waves", ...createBicubicPair(wavyPicture(48, 40, 1), 2) }];
  const rows = evaluate(pictures, createModelEnlarge(compiled, folded.model), 2);
  const { bytes, card } = await exportModel(checkpoint, folded, { waves: rows }, { data: "generated waves" });
  expect(card).toMatchObject({
    name: "tiny",
    scale: 2,
    parameters: 13_520,
    macsPerPixel: 13_520,
    license: "MIT",
  });
  expect(card.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  expect(card.psnr["waves"]).toBeCloseTo(rows[1]!.model.psnr, 1);
  const { metadata, model } = readOnnx(bytes);
  expect(metadata).toMatchObject({ steps: "7", seed: "1", recipe: "tiny-bicubic" });
  expect(card.data).toBe("generated waves");
  expect(card).not.toHaveProperty("loss");
  const other = { ...checkpoint, recipe: { ...checkpoint.recipe, drawn: 24, loss: "psnr" as const } };
  const { card: otherCard } = await exportModel(other, folded, { waves: rows }, { data: "generated waves" });
  expect(otherCard.data).toMatch(/^generated waves; 24 drawings/);
  expect(otherCard.loss).toBe("psnr");
  const picture = toTensor(randomPlane(9, 8));
  expect(runReference(model, picture)).toEqual(runReference(folded.model, picture));
});
