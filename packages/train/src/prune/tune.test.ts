/** How tunings learn, by how much there is to be won back. */

import { networkOf, seededWeights } from "@tatami/graph";
import { expect, test } from "vitest";
import { createRecipe } from "../campaign/recipe.ts";
import type { PrunedNet } from "./cuts/net.ts";
import { macsCost } from "./cost.ts";
import { createWorkshop } from "./search/workshop.ts";
import { tuningRecipe } from "./tune.ts";

const sesr = networkOf("sesr");
const shape = sesr.check({ blocks: 1, features: 4, width: 4, scale: 2 });
const weights = seededWeights(sesr.weights(shape), 1);
const net: PrunedNet = { features: [4, 4], scale: 2, weights };
const recipe = createRecipe({
  name: "parent",
  architecture: { blocks: 1, features: 4, scale: 2 },
  optimizer: "soap",
  rate: 0.004,
});

test.each([
  [0, 0.0004],
  [-0.1, 0.0004],
  [0.05, 0.001],
  [0.2, 0.004],
  [3, 0.004],
])("after a loss of %f dB the rate is %f of 0.004", (lost, rate) => {
  expect(tuningRecipe(recipe, { net, name: "tuned", steps: 9, lost }).rate).toBeCloseTo(rate, 9);
});

test("a tuning that makes a net worse leaves it as it was, its steps counted", async () => {
  const told: number[] = [];
  const seen: number[] = [];
  const worse: PrunedNet = { ...net };
  const better: PrunedNet = { ...net };
  const psnrs = new Map([
    [net, 30],
    [worse, 29.9],
    [better, 30.1],
  ]);
  const results = [worse, better];
  const workshop = createWorkshop({
    cost: macsCost(2),
    criterion: "contribution",
    observe: () => ({}),
    validate: (of) => psnrs.get(of)!,
    unpruned: 30.5,
    async tune(_net, _steps, _behind, lost) {
      seen.push(lost);
      return results.shift()!;
    },
    seed: 1,
    onMove: ({ psnr }) => told.push(psnr),
    breathe: async () => {},
  });
  const first = await workshop.tune(workshop.measure(net, 10), 5);
  expect(first).toMatchObject({ psnr: 30, steps: 15 });
  expect(first.net).toBe(net);
  const second = await workshop.tune(first, 5);
  expect(second).toMatchObject({ psnr: 30.1, steps: 20 });
  expect(second.net).toBe(better);
  expect(told).toEqual([30, 30.1]);
  expect(seen).toEqual([0.5, 0.5]);
});
