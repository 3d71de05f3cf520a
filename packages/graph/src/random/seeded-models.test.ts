/** Drawn weights are the same for the same seed, and hide nothing. */

import { describe, expect, it } from "vitest";
import { verify } from "../model/verify.ts";
import { initialWeights } from "../networks/network.ts";
import { sesrSizes } from "../networks/sesr-sizes.ts";
import { sesr } from "../networks/sesr.ts";
import { widen } from "../networks/wide.ts";
import { runReference } from "../reference.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { seededSesr, seededUnet, seededWeights } from "./seeded-models.ts";
import { randomTensor } from "./random-tensor.ts";

describe("seededWeights", () => {
  const specs = widen(sesr.weights(sesr.check({ ...sesrSizes.m3, scale: 2 })));

  it("are the same for the same seed, others for another", () => {
    expect(seededWeights(specs, 1)).toEqual(seededWeights(specs, 1));
    expect(seededWeights(specs, 1)["first.bias"]).not.toEqual(seededWeights(specs, 2)["first.bias"]);
  });

  it("are a network's first weights, no number of them zero", () => {
    const begun = initialWeights(specs, 1);
    for (const [name, { shape, data }] of Object.entries(seededWeights(specs, 1))) {
      expect([name, data.every((value) => value !== 0)]).toEqual([name, true]);
      expect([name, shape]).toEqual([name, begun[name]!.shape]);
    }
  });
});

describe("seededSesr", () => {
  it.each(["m3", "xl"] as const)("of size %s stays near the picture, and is not just it", (size) => {
    const picture = randomTensor([1, 1, 9, 9], 16 / 255, 235 / 255, createSeededRandom(9));
    const { data } = runReference(seededSesr(size), picture);
    const far = data.map((value, i) => {
      const [y, x] = [Math.floor(i / 18), i % 18];
      return Math.abs(value - picture.data[Math.floor(y / 2) * 9 + Math.floor(x / 2)]!);
    });
    const mean = far.reduce((sum, value) => sum + value, 0) / far.length;
    expect(mean).toBeGreaterThan(0.02);
    expect(mean).toBeLessThan(0.5);
  });
});

describe("seededUnet", () => {
  it("is a small model whose windows keep to an alignment", () => {
    expect(seededUnet()).toMatchObject({ name: "unet", scale: 2, alignment: 2 });
    expect(seededUnet({ base: 2, depth: 2, scale: 1 })).toMatchObject({ scale: 1, alignment: 4 });
    expect(verify(seededUnet())).toEqual([]);
  });
});
