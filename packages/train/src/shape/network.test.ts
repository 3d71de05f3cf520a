import { describe, expect, test } from "vitest";
import type { Architecture } from "./architecture.ts";
import { createFold } from "./fold.ts";
import { createInitialWeights } from "./initial-weights.ts";
import { compileKernels, createKernels } from "../run/kernels.ts";
import { createNetwork, createTrainableNetwork } from "./network.ts";
import { noise } from "../data/test-support.ts";

const [width, height] = [11, 9];
const architectures: Architecture[] = [
  { blocks: 3, features: 16, width: 8, scale: 2 },
  { blocks: 1, features: 16, width: 8, scale: 4 },
  { blocks: 2, features: 32, width: 8, scale: 2 },
  { blocks: 2, features: 8, width: 8, scale: 2 },
];

describe.each(architectures)("a network of $blocks blocks, $features channels, ×$scale", (architecture) => {
  test("has the gradient that finite differences of its loss show, down to the wide weights", async () => {
    const kernels = createKernels(await compileKernels());
    const [trainable, network] = [
      createTrainableNetwork(kernels, architecture, width, height),
      createNetwork(kernels, architecture, width, height),
    ];
    const fold = createFold(kernels, architecture);
    const start = createInitialWeights(architecture, 1);
    noise(start.length, 2).forEach((value, i) => (start[i]! += 0.05 * value));
    const [wide, wideGradient] = [kernels.allocate(start.length), kernels.allocate(start.length)];
    const input = noise(width * height, 3).map((value) => 0.5 + 0.4 * value);
    const truth = noise(width * height * architecture.scale ** 2, 4).map((value) => 0.5 + 0.4 * value);
    const lossAt = (weights: Float32Array): number => {
      wide.floats().set(weights);
      fold.fold(wide);
      network.loadWeights(fold.folded.floats());
      const clipped = network.forward(input).map((value) => Math.min(1, Math.max(0, value)));
      return clipped.reduce((sum, value, i) => sum + Math.abs(value - truth[i]!), 0);
    };

    const loss = lossAt(start);
    trainable.loadWeights(fold.folded.floats());
    const weight = 0.25;
    const gradient = new Float32Array(fold.gradient.count);
    expect(trainable.differentiate(input, truth, weight, gradient)).toBeCloseTo(loss, 2);
    fold.gradient.floats().set(gradient);
    fold.unfoldGradient(wide, wideGradient);
    const along = wideGradient.floats().slice();

    // along random directions, each weight in some; the loss has kinks, so single weights would be rougher
    for (let seed = 10; seed < 16; seed++) {
      const direction = noise(start.length, seed).map((value, i) => (i % 3 === seed % 3 ? value : 0));
      const step = 2e-4;
      const moved = (by: number): number => lossAt(start.map((value, i) => value + by * direction[i]!));
      const difference = (weight * (moved(step) - moved(-step))) / (2 * step);
      const predicted = along.reduce((sum, value, i) => sum + value * direction[i]!, 0);
      const size = Math.sqrt(along.reduce((sum, value) => sum + value * value, 0));
      expect(Math.abs(difference - predicted)).toBeLessThan(0.02 * size + 0.02 * Math.abs(predicted));
    }
  });

  test("gives the same gradient again, and the same forward pass with planes that are reused", async () => {
    const kernels = createKernels(await compileKernels());
    const trainable = createTrainableNetwork(kernels, architecture, width, height);
    const network = createNetwork(kernels, architecture, width, height);
    const fold = createFold(kernels, architecture);
    const start = createInitialWeights(architecture, 5);
    const wide = kernels.allocate(start.length);
    wide.floats().set(start);
    fold.fold(wide);
    for (const each of [trainable, network]) each.loadWeights(fold.folded.floats());
    const input = noise(width * height, 6);
    const truth = noise(width * height * architecture.scale ** 2, 7);
    expect(network.forward(input)).toEqual(trainable.forward(input));
    const [first, second] = [new Float32Array(fold.gradient.count), new Float32Array(fold.gradient.count)];
    trainable.differentiate(input, truth, 1, first);
    trainable.differentiate(input, truth, 1, second);
    expect(second).toEqual(first);
    expect(first.some((value) => value !== 0)).toBe(true);
  });
});
