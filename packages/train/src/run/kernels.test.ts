import { createPaddedPlane, fillPlane, readPlane } from "@tatami/kernels";
import { describe, expect, test } from "vitest";
import { compileKernels, createKernels } from "./kernels.ts";
import type { Block, Kernels } from "./kernels.ts";
import { noise } from "../data/test-support.ts";

describe.each(["relaxed", "simd"] as const)("%s kernels", (build) => {
  const compiled = compileKernels(build);
  const put = (kernels: Kernels, values: Float32Array): Block => {
    const block = kernels.allocate(values.length);
    block.floats().set(values);
    return block;
  };

  test.each([
    [144, 256, 16],
    [25, 12, 16],
    [7, 4, 4],
  ])("multiply matrices of %i×%i and ×%i, and take the products' gradients", async (m, p, n) => {
    const kernels = createKernels(await compiled);
    const [a, b, g] = [noise(m * p, 1), noise(p * n, 2), noise(m * n, 3)];
    const transposed = Float32Array.from({ length: n * p }, (_, i) => b[(i % p) * n + Math.floor(i / p)]!);
    const [blockA, blockB, blockG, blockT] = [
      put(kernels, a),
      put(kernels, b),
      put(kernels, g),
      put(kernels, transposed),
    ];
    const [product, gradientA, gradientB] = [
      kernels.allocate(m * n),
      kernels.allocate(m * p),
      kernels.allocate(p * n),
    ];
    kernels.run.multiply(blockA.address, blockB.address, product.address, m, p, n);
    kernels.run.multiplyWide(blockG.address, blockT.address, gradientA.address, m, n, p);
    kernels.run.multiplyTransposed(blockA.address, blockG.address, gradientB.address, m, p, n);
    expectClose(
      product.floats(),
      product2(
        m,
        p,
        n,
        (i, k) => a[i * p + k]!,
        (k, j) => b[k * n + j]!,
      ),
    );
    expectClose(
      gradientA.floats(),
      product2(
        m,
        n,
        p,
        (i, j) => g[i * n + j]!,
        (j, k) => b[k * n + j]!,
      ),
    );
    expectClose(
      gradientB.floats(),
      product2(
        p,
        m,
        n,
        (k, i) => a[i * p + k]!,
        (i, j) => g[i * n + j]!,
      ),
    );
  });

  test.each([false, true])("step as Adam does (AMSGrad %s)", async (amsgrad) => {
    const kernels = createKernels(await compiled);
    const count = 8;
    const start = noise(count, 4);
    const weights = put(kernels, start);
    const [gradient, first, second, largest] = [1, 2, 3, 4].map(() => kernels.allocate(count)) as [
      Block,
      Block,
      Block,
      Block,
    ];
    const expected = Array.from(start);
    const [m, v, top] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    for (let step = 1; step <= 6; step++) {
      const g = noise(count, 10 + step).map((value) => value / step ** 2);
      gradient.floats().set(g);
      const scale = 0.5;
      kernels.run.adam(
        weights.address,
        gradient.address,
        first.address,
        second.address,
        amsgrad ? largest.address : 0,
        count,
        0.01,
        0.9,
        0.999,
        1e-8,
        1 / (1 - 0.9 ** step),
        1 / (1 - 0.999 ** step),
        scale,
      );
      for (let i = 0; i < count; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * scale * g[i]!;
        v[i] = 0.999 * v[i]! + 0.001 * (scale * g[i]!) ** 2;
        top[i] = amsgrad ? Math.max(top[i]!, v[i]!) : v[i]!;
        expected[i]! -=
          (0.01 * (m[i]! / (1 - 0.9 ** step))) / (Math.sqrt(top[i]! / (1 - 0.999 ** step)) + 1e-8);
      }
    }
    expectClose(weights.floats(), Float32Array.from(expected));
  });

  test("average weights exponentially", async () => {
    const kernels = createKernels(await compiled);
    const [average, weights] = [
      put(kernels, Float32Array.of(1, 2, 3, 4)),
      put(kernels, Float32Array.of(5, 2, 1, 0)),
    ];
    kernels.run.averageWeights(average.address, weights.address, 4, 0.75);
    expectClose(average.floats(), Float32Array.of(2, 2, 2.5, 3));
  });

  test("weigh L1 on the clipped output: no gradient where the output is beyond 0..1", async () => {
    const kernels = createKernels(await compiled);
    const [input, prediction, truth] = [
      createPaddedPlane(kernels, 1, 1, 1),
      createPaddedPlane(kernels, 1, 1, 4),
      createPaddedPlane(kernels, 1, 1, 4),
    ];
    fillPlane(prediction, Float32Array.of(0.25, -0.25, 0.75, -0.75));
    fillPlane(truth, Float32Array.of(0.5, 0.5, 0.5, 0.5));
    const loss = kernels.run.residualLoss(prediction.address, input.address, truth.address, 2);
    expect(loss).toBeCloseTo(0.25 + 0.25 + 0.5 + 0.5, 6);
    expect(Array.from(readPlane(prediction))).toEqual([2, -2, 0, 0]);
  });
});

test("memory is aligned, zero, and apart", async () => {
  const kernels = createKernels(await compileKernels());
  const blocks = [3, 70_000, 1, 16].map((count) => kernels.allocate(count));
  blocks.forEach((block, index) => {
    expect(block.address % 64).toBe(0);
    expect(block.floats().every((value) => value === 0)).toBe(true);
    block.floats().fill(index + 1);
  });
  blocks.forEach((block, index) => expect(block.floats().every((value) => value === index + 1)).toBe(true));
});

function product2(
  rows: number,
  inner: number,
  columns: number,
  a: (row: number, k: number) => number,
  b: (k: number, column: number) => number,
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a(Math.floor(i / columns), k) * b(k, i % columns);
    return sum;
  });
}

function expectClose(actual: Float32Array, expected: Float32Array): void {
  expect(actual.length).toBe(expected.length);
  const worst = actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
  expect(worst).toBeLessThan(5e-5);
}
