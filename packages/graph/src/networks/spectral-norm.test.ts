import { describe, expect, it } from "vitest";
import { constant } from "../build.ts";
import { parameter } from "../build-training.ts";
import { expectGradient } from "../derivative.fixture.ts";
import { randomTensor } from "../random/random-tensor.ts";
import { createSeededRandom } from "../random/seeded-random.ts";
import { runProgram } from "../reference.ts";
import { tensor } from "../tensor.ts";
import type { Tensor } from "../tensor.ts";
import { spectralNorm } from "./spectral-norm.ts";

/** A matrix whose singular values are said: two rotations around a diagonal. */
function matrixOf(values: readonly [number, number], left: number, right: number): Tensor {
  const [a, b] = values;
  const [c, s, e, f] = [Math.cos(left), Math.sin(left), Math.cos(right), Math.sin(right)];
  return tensor(
    [2, 1, 1, 2],
    Float32Array.of(
      c * a * e + s * b * f,
      c * a * f - s * b * e,
      s * a * e - c * b * f,
      s * a * f + c * b * e,
    ),
  );
}

function run(weight: Tensor, u: Tensor, steps?: number): { readonly weight: Tensor; readonly next: Tensor } {
  const outputs = spectralNorm(parameter("w", weight.shape), parameter("u", u.shape), steps);
  const found = runProgram({ name: "norm", outputs: { ...outputs } }, { w: weight, u });
  return { weight: found["weight"]!, next: found["next"]! };
}

const u = tensor([2], Float32Array.of(1, 0.5));

describe("spectralNorm", () => {
  it("divides by the largest singular value", () => {
    const given = matrixOf([3, 0.5], 0.4, 1.1);
    const { weight } = run(given, u, 12);
    for (const [i, value] of weight.data.entries()) expect(value).toBeCloseTo(given.data[i]! / 3, 5);
    expect(weight.shape).toEqual(given.shape);
  });

  it("is exact in one step from the singular vector, and never divides by too much", () => {
    const given = matrixOf([3, 0.5], 0.4, 1.1);
    const exact = run(given, tensor([2], Float32Array.of(Math.cos(0.4), Math.sin(0.4))));
    for (const [i, value] of exact.weight.data.entries()) expect(value).toBeCloseTo(given.data[i]! / 3, 5);
    for (let seed = 0; seed < 20; seed++) {
      const from = randomTensor([2], -1, 1, createSeededRandom(seed));
      const { weight } = run(given, from);
      const divisor = given.data[0]! / weight.data[0]!;
      expect(divisor).toBeLessThanOrEqual(3.00001);
      expect(divisor).toBeGreaterThanOrEqual(0.49999);
    }
  });

  it("goes on from step to step", () => {
    const given = matrixOf([3, 2.5], 0.4, 1.1);
    let vector = u;
    for (let step = 0; step < 30; step++) vector = run(given, vector).next;
    expect(Math.abs(vector.data[0]! * Math.cos(0.4) + vector.data[1]! * Math.sin(0.4))).toBeCloseTo(1, 4);
    expect(run(given, vector).weight.data[0]).toBeCloseTo(given.data[0]! / 3, 4);
  });

  it("has the gradient that differences show", () => {
    const weight = randomTensor([3, 2, 3, 3], -1, 1, createSeededRandom(1));
    const vector = constant(randomTensor([3], 0.5, 1, createSeededRandom(2)));
    expectGradient({ values: [weight], build: ([w]) => spectralNorm(w!, vector, 2).weight }, 3);
  });

  it("refuses no steps", () => {
    expect(() => spectralNorm(parameter("w", [2, 3]), parameter("u", [2]), 0)).toThrowError(/steps must be/);
  });
});
