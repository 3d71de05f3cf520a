import { initialWeights, networkOf, readOnnx, writeOnnx } from "@tatami/graph";
import { loadModel } from "@tatami/zoo";
import { describe, expect, it, test } from "vitest";
import { createRecipe } from "../campaign/recipe.ts";
import type { NetworkShape } from "../campaign/recipe.ts";
import { trainedWeights } from "../run/test-support.ts";
import { networkModel } from "./network-model.ts";
import { readMamba } from "./read-mamba.ts";

const small = { features: 8, rounds: 1, rank: 2, states: 4, window: 4, scale: 2 };

describe("the weights of a Mamba network, from its ONNX file", () => {
  it.each<[string, Partial<Record<string, unknown>>]>([
    ["small", {}],
    ["×4", { scale: 4 }],
    ["of full rank", { rank: "full" }],
    ["of several heads and rounds", { features: 16, rounds: 2 }],
    ["of another window, in one order", { window: 8, orders: 1 }],
    ["whose mixers have no residual", { inner: false, orders: 2, rounds: 2 }],
  ])("%s", (_, change) => {
    const architecture = networkOf("mamba").check({ ...small, ...change }) as NetworkShape;
    const weights = trainedWeights(createRecipe({ name: "a", network: "mamba", architecture }));
    const made = networkModel({ name: "a", network: "mamba", architecture }, weights);
    const found = readMamba(readOnnx(writeOnnx(made)).model);
    expect(found?.architecture).toEqual(architecture);
    expect(Object.keys(found!.weights)).toEqual(Object.keys(weights));
    for (const [name, { data }] of Object.entries(weights))
      for (const [i, value] of data.entries())
        expect([name, found!.weights[name]!.data[i]]).toEqual([name, expect.closeTo(value, 6)]);
  });

  it("and of the one that ships", async () => {
    const found = readMamba(await loadModel("mambalite-s-x2"));
    expect(found?.architecture).toMatchObject({
      features: 16,
      rounds: 2,
      rank: 2,
      states: 8,
      window: 8,
      scale: 2,
    });
  });
});

test("others are none: a chain, and a network whose mixers are 1×1 convolutions", async () => {
  expect(readMamba(await loadModel("m3-x2"))).toBeUndefined();
  const network = networkOf("mamba");
  const architecture = network.check({ ...small, mixer: "pointwise" }) as NetworkShape;
  const weights = initialWeights(network.weights(architecture), 1);
  expect(readMamba(networkModel({ name: "a", network: "mamba", architecture }, weights))).toBeUndefined();
});
