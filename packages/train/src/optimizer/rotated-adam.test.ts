import fc from "fast-check";
import { expect, test } from "vitest";
import { noise } from "../data/test-support.ts";
import { compileKernels, createKernels } from "../run/kernels.ts";
import { createRotatedAdam } from "./rotated-adam.ts";
import { createSpanMatrix } from "./span-matrix.ts";

const compiled = compileKernels();

test("bases stay orthonormal, and the gradients' own directions come first", async () => {
  const kernels = createKernels(await compiled);
  const count = 8 * 8 * 9;
  const span = { name: "kernel", shape: [8, 8, 3, 3], start: 24, count };
  const matrix = createSpanMatrix(span)!;
  const rotated = createRotatedAdam(kernels, matrix);
  const direction = noise(matrix.rows, 7);
  const length = Math.hypot(...direction);
  const [weights, gradient] = [new Float32Array(24 + count), new Float32Array(24 + count)];
  for (let step = 0; step < 60; step++) {
    // one strong direction of rows, and a tenth of noise
    const values = noise(span.count, 100 + step);
    const across = noise(matrix.columns, 500 + step);
    gradient.fill(0);
    const seen = values.map(
      (value, i) => 0.1 * value + direction[Math.floor(i / matrix.columns)]! * across[i % matrix.columns]!,
    );
    matrix.addTo(gradient, seen);
    rotated.step(weights, gradient, step, 1e-3, 1);
  }
  const [, basis, , other] = rotated.state.map((block) => block.floats());
  for (const [rows, side] of [
    [basis!, matrix.rows],
    [other!, matrix.columns],
  ] as const)
    expectOrthonormal(rows, side, 4);
  expect(Math.abs(dot(basis!, 0, direction, 0, matrix.rows)) / length).toBeGreaterThan(0.99);
});

test("rows of any matrix become orthonormal, also those of rank one, of zeros and of numbers near nothing", async () => {
  const kernels = createKernels(await compiled);
  const count = 12;
  const block = kernels.allocate(count * count);
  const matrices = fc.record({
    seed: fc.nat(1000),
    rank: fc.integer({ min: 0, max: count }),
    size: fc.constantFrom(1e-20, 1e-6, 1, 1e6),
  });
  fc.assert(
    fc.property(matrices, ({ seed, rank, size }) => {
      const [a, b] = [noise(count * count, seed), noise(count * count, seed + 1)];
      const values = block.floats();
      for (let i = 0; i < count * count; i++) {
        let sum = 0;
        for (let k = 0; k < rank; k++)
          sum += a[Math.floor(i / count) * count + k]! * b[k * count + (i % count)]!;
        values[i] = size * sum;
      }
      kernels.run.orthonormalizeRows(block.address, count);
      expectOrthonormal(values, count, 5);
    }),
  );
});

function expectOrthonormal(rows: Float32Array, count: number, digits: number): void {
  for (let i = 0; i < count; i++) {
    for (let j = 0; j <= i; j++) expect(dot(rows, i, rows, j, count)).toBeCloseTo(i === j ? 1 : 0, digits);
  }
}

function dot(a: Float32Array, rowA: number, b: Float32Array, rowB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[rowA * count + i]! * b[rowB * count + i]!;
  return sum;
}
