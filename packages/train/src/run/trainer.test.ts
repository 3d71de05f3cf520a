import { describe, expect, test } from "vitest";
import { createBatchPool } from "./batch/batch-pool.ts";
import { decodeCheckpoint, encodeCheckpoint } from "./checkpoint.ts";
import { compileKernels } from "./kernels.ts";
import type { RecipeInit } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import { smallDataset } from "../data/test-support.ts";
import type { Trainer } from "./trainer.ts";
import { createTrainer } from "./trainer.ts";

const tiny: RecipeInit = {
  name: "tiny",
  architecture: { blocks: 2, features: 16, width: 16, scale: 2 },
  batch: 4,
  crop: 12,
  steps: 60,
  warmUp: 5,
  rate: 2e-3,
  seed: 9,
};
const dataset = smallDataset(2, 12);
type Use = (trainer: Trainer) => void;

describe("a trainer", () => {
  test.each(["adam", "soap"] as const)("learns by %s", async (optimizer) => {
    const losses: number[] = [];
    await withTrainer({ ...tiny, optimizer }, 1, (trainer) => {
      for (let i = 0; i < 60; i++) losses.push(trainer.step().loss);
    });
    const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean(losses.slice(-10))).toBeLessThan(0.7 * mean(losses.slice(0, 10)));
  });

  test("does the same again from the same seed, and other things from another", async () => {
    const first = await averageAfter(tiny, 1, 10);
    expect(await averageAfter(tiny, 1, 10)).toEqual(first);
    expect(await averageAfter({ ...tiny, seed: 10 }, 1, 10)).not.toEqual(first);
  });

  test.each(["adam", "soap"] as const)("does the same with any number of threads (%s)", async (optimizer) => {
    const recipe = { ...tiny, optimizer };
    expect(await averageAfter(recipe, 3, 10)).toEqual(await averageAfter(recipe, 1, 10));
  });

  test.each<Partial<RecipeInit>>([
    { amsgrad: false },
    { amsgrad: true },
    { optimizer: "soap", candidates: 3 },
  ])("goes on from a checkpoint exactly as if it had never stopped (%o)", async (kind) => {
    const recipe = { ...tiny, ...kind };
    const expected = await averageAfter(recipe, 1, 10);
    let bytes = new Uint8Array();
    await withTrainer(recipe, 1, (trainer) => {
      for (let i = 0; i < 6; i++) trainer.step();
      bytes = Uint8Array.from(encodeCheckpoint({ recipe: createRecipe(recipe), state: trainer.save() }));
    });
    await withTrainer(recipe, 2, (trainer) => {
      trainer.restore(decodeCheckpoint(bytes, "memory").state);
      for (let i = 0; i < 4; i++) trainer.step();
      expect(trainer.foldAverage()).toEqual(expected);
    });
  });

  test("notices a loss that runs away, and steps back to half the rate with fresh crops", async () => {
    await withTrainer({ ...tiny, steps: 1000 }, 1, (trainer) => {
      for (let i = 0; i < 210; i++) trainer.step();
      const good = trainer.save();
      const { rate } = trainer.step();
      const broken = trainer.save();
      // weights a thousand times too large: what a divergence leaves
      trainer.restore({ ...broken, weights: broken.weights.map((value) => value * 1000) });
      let report = trainer.step();
      for (let i = 0; i < 300 && !report.diverged; i++) report = trainer.step();
      expect(report.diverged).toBe(true);
      const later = trainer.save().random;
      trainer.stepBack(good);
      expect(trainer.save()).toEqual({ ...good, random: later, rateFactor: 0.5 });
      expect(trainer.step().rate).toBeCloseTo(rate / 2, 12);
    });
  });

  test.each(["adam", "soap"] as const)(
    "changes nothing when the gradient is no number (%s)",
    async (optimizer) => {
      await withTrainer({ ...tiny, optimizer }, 1, (trainer) => {
        const start = trainer.save();
        const weights = start.weights.map((value, i) => (i === 0 ? NaN : value));
        trainer.restore({ ...start, weights });
        expect(trainer.step().diverged).toBe(true);
        expect(trainer.save().average).toEqual(start.average);
        trainer.stepBack(start);
        expect(trainer.step().diverged).toBe(false);
      });
    },
  );
});

async function averageAfter(init: RecipeInit, threads: number, steps: number): Promise<Float32Array> {
  let average = new Float32Array();
  await withTrainer(init, threads, (trainer) => {
    for (let i = 0; i < steps; i++) trainer.step();
    average = Float32Array.from(trainer.foldAverage());
  });
  return average;
}

async function withTrainer(init: RecipeInit, threads: number, use: Use): Promise<void> {
  const recipe = createRecipe(init);
  const compiled = await compileKernels();
  const { architecture, batch, crop } = recipe;
  await using pool = await createBatchPool({ architecture, batch, crop, dataset, compiled }, threads);
  use(createTrainer(recipe, dataset, compiled, pool));
}
