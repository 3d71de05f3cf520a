import { createRandom, restoreRandom } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { RecipeInit } from "./recipe.ts";
import { createRecipe } from "./recipe.ts";
import { rateAt } from "../run/schedule.ts";

const architecture = { blocks: 5, features: 16, width: 256, scale: 2 };

test("a shape is as its kind of network checks it: recipes of before say the same as ever", () => {
  const recipe = createRecipe({ name: "m5-x2", architecture });
  expect(recipe).toMatchObject({ network: "sesr", side: "wide" });
  expect(recipe.architecture).toEqual({
    blocks: 5,
    features: [16, 16, 16, 16, 16, 16],
    width: 256,
    scale: 2,
  });
  expect(createRecipe(recipe)).toEqual(recipe);
  const uneven = createRecipe({
    name: "own",
    architecture: { features: [8, 12, 8], scale: 4 },
    optimizer: "soap",
  });
  expect(uneven).toMatchObject({ side: "folded", architecture: { blocks: 2, width: 256 } });
  const unet = createRecipe({ name: "u", network: "unet", architecture: { base: 8, scale: 2 } });
  expect(createRecipe(unet)).toEqual(unet);
});

test.each<[Partial<Record<keyof RecipeInit, unknown>>, string]>([
  [{ batch: 0 }, "recipe.batch"],
  [{ crop: 7.5 }, "recipe.crop"],
  [{ rate: -1 }, "recipe.rate"],
  [{ averageDecay: 2 }, "recipe.averageDecay"],
  [{ candidates: 0 }, "recipe.candidates"],
  [{ sizes: [] }, "recipe.sizes"],
  [{ sizes: [1, 1.5] }, "recipe.sizes"],
  [{ drawn: -1 }, "recipe.drawn"],
  [{ drawn: 1, crop: 257 }, "recipe.crop"],
  [{ optimizer: "sgd" }, "recipe.optimizer"],
  [{ hold: 1.5 }, "recipe.hold"],
  [{ track: "film" }, "recipe.track"],
  [{ degradations: 2 }, "recipe.degradations"],
  [{ side: "inside" }, "recipe.side"],
  [{ network: "resnet" }, "recipe.network"],
  [{ network: "edsr" }, "shape.width"],
  [{ architecture: { ...architecture, features: 0 } }, "shape.features"],
  [{ architecture: { ...architecture, features: [16, 16] } }, "shape.blocks"],
  [{ architecture: { ...architecture, scale: 5 } }, "shape.scale"],
  [{ architecture: { ...architecture, width: 0 } }, "shape.width"],
])("a recipe with %j is refused", (wrong, path) => {
  expect(() => createRecipe({ name: "wrong", architecture, ...wrong } as RecipeInit)).toThrow(path);
});

test("an option that does not exist is refused", () => {
  const init = { name: "wrong", architecture, learningRate: 1 } as RecipeInit;
  expect(() => createRecipe(init)).toThrow("recipe.learningRate is not an option");
});

test("the learning rate rises, peaks once, and falls to nothing", () => {
  const schedule = { rate: 5e-4, warmUp: 10, steps: 100 };
  const rates = Array.from({ length: 101 }, (_, step) => rateAt(schedule, step));
  expect(rates[0]).toBeCloseTo(5e-5, 12);
  expect(Math.max(...rates)).toBe(5e-4);
  expect(rates[55]).toBeCloseTo(2.5e-4, 12);
  expect(rates[100]).toBeCloseTo(0, 12);
  for (let step = 11; step <= 100; step++) expect(rates[step]!).toBeLessThan(rates[step - 1]!);
});

test("the learning rate is held at its peak for as long as asked", () => {
  const schedule = { rate: 5e-3, warmUp: 10, steps: 110, hold: 0.5 };
  for (let step = 9; step <= 65; step++) expect(rateAt(schedule, step)).toBe(5e-3);
  for (let step = 66; step <= 110; step++)
    expect(rateAt(schedule, step)).toBeLessThan(rateAt(schedule, step - 1));
  expect(rateAt(schedule, 110)).toBeCloseTo(0, 12);
});

test("each optimiser has its usual rate", () => {
  expect(createRecipe({ name: "one", architecture }).rate).toBe(5e-4);
  expect(createRecipe({ name: "one", architecture, optimizer: "soap" }).rate).toBe(5e-3);
});

test("random numbers go on from a saved state, are even, and depend on the seed", () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat({ max: 50 }), (seed, before) => {
      const random = createRandom(seed);
      for (let i = 0; i < before; i++) random.uniform();
      const copy = restoreRandom(random.state());
      for (let i = 0; i < 20; i++) expect(copy.uniform()).toBe(random.uniform());
    }),
  );
  const random = createRandom(1);
  const counts = Array.from({ length: 8 }, () => 0);
  for (let i = 0; i < 8000; i++) counts[random.integer(8)]!++;
  for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(createRandom(1).uniform()).not.toBe(createRandom(2).uniform());
});
