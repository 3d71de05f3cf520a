/** SESR's training loss: folded forward, gradients of the wide weights, and whole steps. */

import { describe, expect, it } from "vitest";
import { dot, fourthOrder } from "../derivative.fixture.ts";
import { gradient } from "../gradient.ts";
import { largestDifference } from "../largest-difference.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { runProgram, runReference } from "../reference.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { sesrConfig } from "./config.ts";
import type { SesrConfig } from "./config.ts";
import { initialSesrWeights } from "./initial-weights.ts";
import { createWideSesr } from "./network.ts";
import { createSesrTrainingLoss, nameSesrWeights } from "./training-loss.ts";

const batch = { batch: 2, width: 6, height: 5 };

type Bindings = Readonly<Record<string, Tensor>>;

function pictures(scale: number, seed: number): Bindings {
  const random = createSeededRandom(seed);
  return {
    low: randomTensor([2, 1, 5, 6], 0, 1, random),
    high: randomTensor([2, 1, 5 * scale, 6 * scale], 0, 1, random),
  };
}

/** The same network with fewer, narrower blocks. */
function small(scale: 2 | 4, depth: number): SesrConfig {
  return { ...sesrConfig("m5", scale), depth, features: 4, expandedWidth: 6 };
}

describe.each([
  ["M3 ×2", sesrConfig("m3", 2)],
  ["M5 ×4", sesrConfig("m5", 4)],
  ["XL ×2", { ...sesrConfig("xl", 2), depth: 2 }],
])("%s in training", (_name, config) => {
  it("runs folded as it would wide, within 1e-5", () => {
    const { first, middle, last } = initialSesrWeights(config, 1);
    const without = [first, ...middle, last].map(({ expandBias: _none, ...rest }) => rest);
    const weights = {
      first: without[0]!,
      middle: without.slice(1, -1).map((each, at) => ({ ...each, slopes: middle[at]!.slopes })),
      last: without.at(-1)!,
    };
    const { output } = createSesrTrainingLoss(config, batch);
    const given = pictures(config.scale, 2);
    const folded = runProgram({ name: "f", outputs: { output } }, { ...nameSesrWeights(weights), ...given });
    const wide = runReference(createWideSesr(config, weights), given["low"]!);
    expect(largestDifference(folded["output"]!, wide)).toBeLessThan(1e-5);
  });
});

describe.each([
  ["M3-like ×2", small(2, 3)],
  ["M5-like ×4", small(4, 5)],
])("the gradient of all wide weights, %s,", (_name, config) => {
  const training = createSesrTrainingLoss(config, batch);
  const { loss, parameters } = training;
  const outputs = Object.fromEntries(
    gradient(loss, parameters).map((each, at) => [`${parameters[at]!.arg.name} gradient`, each]),
  );

  /** How far the predicted slope along a random direction is from the seen one, in parts of the gradient. */
  function deviation(bindings: Bindings, seed: number, step: number): number {
    const gradients = runProgram({ name: "gradients", outputs }, bindings);
    const random = createSeededRandom(seed);
    let predicted = 0;
    let size = 0;
    const directions = parameters.map(({ arg: { name, shape } }) => {
      const direction = randomTensor(shape, -1, 1, random);
      const found = gradients[`${name} gradient`]!.data;
      expect(found.some((value) => value !== 0)).toBe(true);
      predicted += dot(found, direction.data);
      size += dot(found, found);
      return [name, direction] as const;
    });
    const lossAt = (by: number): number => {
      const moved = directions.map(([name, direction]) => {
        const { shape, data } = bindings[name]!;
        return [
          name,
          tensor(
            shape,
            data.map((value, i) => value + by * direction.data[i]!),
          ),
        ] as const;
      });
      const given = { ...bindings, ...Object.fromEntries(moved) };
      const { output } = runProgram({ name: "o", outputs: { output: training.output } }, given);
      // The loss in float64: its own rounding would hide what is looked for.
      const truth = bindings["high"]!.data;
      const differences = Array.from(output!.data, (value, i) =>
        Math.abs(Math.min(Math.max(value, 0), 1) - truth[i]!),
      );
      return differences.reduce((sum, value) => sum + value, 0) / differences.length;
    };
    return Math.abs(fourthOrder(lossAt, step) - predicted) / Math.sqrt(size);
  }

  it("is what differences show, without a kink in reach", () => {
    // Biases take every activation to one side of its kink; a truth beyond 0..1 does the same for the loss.
    const weights = nameSesrWeights(initialSesrWeights(config, 3));
    const settled = Object.entries(weights).map(([name, value]) => {
      if (!name.startsWith("middle") || !name.endsWith("bias")) return [name, value] as const;
      const biases = value.data.map((_, i) => (i % 2 === 0 ? 5 : -5));
      return [name, tensor(value.shape, biases)] as const;
    });
    const { low, high } = pictures(config.scale, 4) as { low: Tensor; high: Tensor };
    const truth = high.data.map((value) => (value < 0.5 ? -1 : 2));
    // The last block is made to give little, so that the output stays near the picture: within 0..1.
    const project = weights["last.project"]!;
    const bindings = {
      ...Object.fromEntries(settled),
      "last.project": tensor(
        project.shape,
        project.data.map((value) => value * 0.002),
      ),
      "last.bias": tensor([config.scale ** 2]),
      low: tensor(
        low.shape,
        low.data.map((value) => 0.4 + 0.2 * value),
      ),
      high: tensor(high.shape, truth),
    };
    for (let seed = 10; seed < 14; seed += 1) expect(deviation(bindings, seed, 1e-3)).toBeLessThan(2e-5);
  });

  it("is about what differences show among all the kinks of real pictures", () => {
    const bindings = { ...nameSesrWeights(initialSesrWeights(config, 5)), ...pictures(config.scale, 6) };
    for (let seed = 20; seed < 24; seed += 1) expect(deviation(bindings, seed, 3e-5)).toBeLessThan(0.03);
  });
});
