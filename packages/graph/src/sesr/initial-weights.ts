/** Weights before any training, the same for the same seed. */

import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { elementCount } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import type { SesrConfig } from "./config.ts";
import type { WideBlockWeights, WideSesrWeights } from "./weights.ts";

/**
 * Random weights of realistic size: kernels Glorot-uniform as in the official code. Unlike there, biases
 * and slopes are small random numbers rather than zeros, so that a mistake in any of them shows in tests.
 */
export function initialSesrWeights(config: SesrConfig, seed: number): WideSesrWeights {
  const random = createSeededRandom(seed);
  const uniform = (shape: readonly number[], low: number, high: number): Tensor =>
    randomTensor(shape, low, high, random);
  const glorot = (shape: readonly [number, number, ...number[]]): Tensor => {
    const [outputs, inputs, ...sides] = shape;
    const limit = Math.sqrt(6 / ((outputs + inputs) * elementCount(sides)));
    return uniform(shape, -limit, limit);
  };
  const block = (inputs: number, outputs: number, side: number): WideBlockWeights => ({
    expand: glorot([config.expandedWidth, inputs, side, side]),
    expandBias: uniform([config.expandedWidth], -0.02, 0.02),
    project: glorot([outputs, config.expandedWidth]),
    bias: uniform([outputs], -0.02, 0.02),
  });
  const { features, depth, scale } = config;
  return {
    first: block(1, features, 5),
    middle: Array.from({ length: depth }, () => ({
      ...block(features, features, 3),
      slopes: uniform([features], -0.1, 0.3),
    })),
    last: block(features, scale ** 2, 5),
  };
}
