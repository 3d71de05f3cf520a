import { expect, test } from "vitest";
import { largestDifference } from "../../largest-difference.ts";
import { countMacs, countParameters } from "../../model/count.ts";
import { verify } from "../../model/verify.ts";
import { randomTensor } from "../../random/random-tensor.ts";
import { createSeededRandom } from "../../random/seeded-random.ts";
import { runReference } from "../../reference.ts";
import { createNetworkModel, initialWeights } from "../network.ts";
import { sesr } from "../sesr.ts";
import { enlargerPrefix, restorer } from "./restorer.ts";

const shape = restorer.check({ base: 24 });
const model = createNetworkModel(restorer, shape, "restorer", initialWeights(restorer.weights(shape), 1));

test("is a model, of pictures whose sides are multiples of 4", () => {
  expect(verify(model)).toEqual([]);
  expect(model).toMatchObject({ scale: 2, alignment: 4 });
  // what enlarges by the bicubic filter and scales is counted, too
  expect(countParameters(model)).toBeLessThan(700_000);
  expect(countMacs(model, { width: 4, height: 4 }) / 16).toBeLessThan(115_000);
});

test("begins near bicubic enlargement, which keeps slopes as they are", () => {
  const side = 16;
  const slope = randomTensor([1, 1, side, side], 0, 1, createSeededRandom(1));
  slope.data.forEach((_, i) => (slope.data[i] = 0.2 + 0.03 * (i % side) + 0.01 * Math.floor(i / side)));
  const { data } = runReference(model, slope);
  for (let y = 8; y < 24; y++)
    for (let x = 8; x < 24; x++) {
      const expected = 0.2 + 0.03 * ((x + 0.5) / 2 - 0.5) + 0.01 * ((y + 0.5) / 2 - 0.5);
      expect(Math.abs(data[y * 32 + x]! - expected)).toBeLessThan(0.02);
    }
});

test("begins near what a SESR enlarges, where it has one, and counts its weights with its own", () => {
  const chain = { blocks: 2, features: 6 };
  const own = restorer.check({ base: 4 });
  const shaped = restorer.check({ base: 4, enlarger: chain });
  const sesrShape = sesr.check({ ...chain, scale: 2 });
  const specs = restorer.weights(shaped);
  expect(specs.slice(0, restorer.weights(own).length)).toEqual(restorer.weights(own));
  const enlarger = initialWeights(sesr.weights(sesrShape), 5);
  const weights = {
    ...initialWeights(restorer.weights(own), 1),
    ...Object.fromEntries(
      Object.entries(enlarger).map(([name, value]) => [`${enlargerPrefix}${name}`, value]),
    ),
  };
  expect(Object.keys(weights)).toEqual(specs.map(({ name }) => name));
  const made = createNetworkModel(restorer, shaped, "restorer", weights);
  expect(verify(made)).toEqual([]);
  expect(made).toMatchObject({ scale: 2, alignment: 4 });
  const small = randomTensor([1, 1, 12, 16], 0, 1, createSeededRandom(2));
  const plain = runReference(createNetworkModel(sesr, sesrShape, "chain", enlarger), small);
  const restored = runReference(made, small);
  const change = largestDifference(restored, plain);
  expect(change).toBeLessThan(0.05);
  expect(change).toBeGreaterThan(0);
  expect(() => restorer.check({ base: 4, enlarger: { features: 6 } })).toThrow("blocks");
});
