/** Gradients held against differences of the function itself, for tests. */

import { expect } from "vitest";
import { allAxes, constant, multiply, sum } from "./build.ts";
import { parameter } from "./build-training.ts";
import { gradient } from "./gradient.ts";
import type { Node } from "./node.ts";
import { randomTensor } from "./random/random-tensor.ts";
import { runProgram } from "./reference.ts";
import { createSeededRandom } from "./random/seeded-random.ts";
import { probeShape } from "./shape.ts";
import { tensor } from "./tensor.ts";
import type { Tensor } from "./tensor.ts";

/** A function of some tensors, and where it is looked at. */
export interface Differentiable {
  readonly values: readonly Tensor[];
  build(sources: readonly Node[]): Node;
}

/**
 * Expects the gradient of a random mixture of the result's numbers to be what central differences of fourth
 * order show, along a random direction of each source alone. Float32 values, float64 differences: for
 * what is a polynomial of up to the fourth degree along a line, nothing but rounding is between the two.
 */
export function expectGradient(given: Differentiable, seed: number, step = 0.03, tolerance = 2e-4): void {
  const random = createSeededRandom(seed);
  const sources = given.values.map(({ shape }, at) => parameter(`source ${at}`, shape));
  const result = given.build(sources);
  const mixture = randomTensor(probeShape(result), -1, 1, random);
  const loss = sum(multiply(result, constant(mixture)), allAxes(result));
  const outputs = Object.fromEntries(gradient(loss, sources).map((each, at) => [`${at}`, each]));
  const bind = (values: readonly Tensor[]): Record<string, Tensor> =>
    Object.fromEntries(values.map((value, at) => [`source ${at}`, value]));
  const gradients = runProgram({ name: "gradients", outputs }, bind(given.values));
  for (const [at, value] of given.values.entries()) {
    const direction = randomTensor(value.shape, -1, 1, random);
    const lossAt = (by: number): number => {
      const moved = value.data.map((number, i) => number + by * direction.data[i]!);
      const values = given.values.with(at, tensor(value.shape, moved));
      const { output } = runProgram({ name: "value", outputs: { output: result } }, bind(values));
      return dot(output!.data, mixture.data);
    };
    const found = gradients[at]!;
    expect(found.shape).toEqual(value.shape);
    const predicted = dot(found.data, direction.data);
    const size = 1 + dot(found.data.map(Math.abs), direction.data.map(Math.abs));
    expect(Math.abs(fourthOrder(lossAt, step) - predicted) / size).toBeLessThan(tolerance);
  }
}

/** The derivative of a function at 0. */
export function fourthOrder(at: (by: number) => number, step: number): number {
  return (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step);
}

/** Σ a · b, in float64. */
export function dot(a: Float32Array, b: Float32Array): number {
  return a.reduce((total, value, i) => total + value * b[i]!, 0);
}
