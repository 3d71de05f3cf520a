import fc from "fast-check";
import { expect, test } from "vitest";
import { createFoldedSoap } from "./folded-soap.ts";
import { createInitialWeights } from "../shape/initial-weights.ts";
import { createKernelMatrix } from "./kernel-matrix.ts";
import { compileKernels, createKernels } from "../run/kernels.ts";
import type { Optimizer } from "./optimizer.ts";
import { createOptimizer } from "./create-optimizer.ts";
import { createRotatedAdam } from "./rotated-adam.ts";
import { createRandom } from "../run/random.ts";
import { noise } from "../data/test-support.ts";
import { foldedLayout, view } from "../shape/weight-layout.ts";

const architecture = { blocks: 1, features: 8, width: 8, scale: 2 };
const options = { optimizer: "soap", amsgrad: false, clipNorm: 1e9, averageDecay: 0.9 } as const;
const compiled = compileKernels();
const layout = foldedLayout(architecture);

test("every weight has its place in its kernel's matrix, whichever way that is turned", () => {
  for (const scale of [2, 4]) {
    const spans = foldedLayout({ ...architecture, scale });
    for (const layer of spans.layers) {
      const { rows, columns, gather, addTo } = createKernelMatrix(layer);
      const vector = noise(spans.count, 1);
      const matrix = new Float32Array(rows * columns);
      gather(vector, 2, matrix);
      const back = new Float32Array(spans.count);
      addTo(back, matrix);
      expect(Array.from(view(back, layer.weights))).toEqual(
        Array.from(view(vector, layer.weights), (value) => 2 * value),
      );
      expect([rows % 4, columns % 4]).toEqual([0, 0]);
      expect(columns).toBe(Math.max(layer.outputs, layer.inputs));
    }
  }
});

test("bases stay orthonormal, and the gradients' own directions come first", async () => {
  const kernels = createKernels(await compiled);
  const layer = layout.layers[1]!;
  const matrix = createKernelMatrix(layer);
  const rotated = createRotatedAdam(kernels, matrix);
  const direction = noise(matrix.rows, 7);
  const length = Math.hypot(...direction);
  const [weights, gradient] = [new Float32Array(layout.count), new Float32Array(layout.count)];
  for (let step = 0; step < 60; step++) {
    // one strong direction of rows, and a tenth of noise
    const values = noise(layer.weights.count, 100 + step);
    const across = noise(matrix.columns, 500 + step);
    gradient.fill(0);
    matrix.addTo(
      gradient,
      values.map(
        (value, i) => 0.1 * value + direction[Math.floor(i / matrix.columns)]! * across[i % matrix.columns]!,
      ),
    );
    rotated.step(weights, gradient, step, 1e-3, 1);
  }
  const [, basis, , other] = rotated.state.map((block) => block.floats());
  for (const [rows, count] of [
    [basis!, matrix.rows],
    [other!, matrix.columns],
  ] as const) {
    for (let i = 0; i < count; i++) {
      for (let j = 0; j <= i; j++) expect(dot(rows, i, rows, j, count)).toBeCloseTo(i === j ? 1 : 0, 4);
    }
  }
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
      for (let i = 0; i < count; i++) {
        for (let j = 0; j <= i; j++) expect(dot(values, i, values, j, count)).toBeCloseTo(i === j ? 1 : 0, 5);
      }
    }),
  );
});

test("a valley that lies askew is gone down in fewer steps than by Adam on wide weights", async () => {
  const [soap, adam] = [await descend("soap", 0.01), await descend("adam", 0.003)];
  expect(soap.first).toBeCloseTo(adam.first, 3);
  expect(adam.last).toBeLessThan(0.5 * adam.first);
  expect(soap.last).toBeLessThan(0.5 * adam.last);
});

test("a gradient that is no number changes nothing; a norm above the limit is brought down to it", async () => {
  const create = async (clipNorm: number): Promise<Optimizer> =>
    createFoldedSoap(await compiled, architecture, createInitialWeights(architecture, 3), {
      ...options,
      clipNorm,
    });
  const limited = await create(1e-3);
  const before = limited.save();
  limited.gradient.set(noise(layout.count, 5));
  limited.gradient[7] = NaN;
  expect(limited.step(0, 1e-3)).toBeNaN();
  expect(limited.save()).toEqual(before);
  // as if the gradient had been that much smaller
  const free = await create(1e9);
  for (let index = 0; index < 5; index++) {
    const gradient = noise(layout.count, 10 + index);
    const norm = Math.hypot(...gradient);
    limited.gradient.set(gradient);
    free.gradient.set(gradient.map((value) => (value * 1e-3) / norm));
    expect(limited.step(index, 1e-3)).toBeCloseTo(norm, 3);
    free.step(index, 1e-3);
  }
  limited.foldAverage().forEach((value, i) => expect(value).toBeCloseTo(free.foldAverage()[i]!, 4));
});

/**
 * 300 steps down a bowl over one kernel whose axes are a hundred times steeper along some directions than along
 * others, none of them a weight's own.
 */
async function descend(optimizer: "adam" | "soap", rate: number): Promise<{ first: number; last: number }> {
  const kernels = createKernels(await compiled);
  const layer = layout.layers[1]!;
  const { rows, columns, gather, addTo } = createKernelMatrix(layer);
  const turn = kernels.allocate(rows * rows);
  turn.floats().set(noise(rows * rows, 21));
  kernels.run.orthonormalizeRows(turn.address, rows);
  const axes = turn.floats().slice();
  const made = createOptimizer(await compiled, architecture, createInitialWeights(architecture, 4), {
    ...options,
    optimizer,
  });
  const goal = noise(rows * columns, 22).map((value) => 0.3 * value);
  const random = createRandom(5);
  const losses: number[] = [];
  const [now, along] = [new Float32Array(rows * columns), new Float32Array(rows * columns)];
  for (let index = 0; index < 300; index++) {
    gather(made.fold(), 1, now);
    let loss = 0;
    const gradient = new Float32Array(rows * columns);
    for (let axis = 0; axis < rows; axis++) {
      const steepness = 10 ** (-2 * (axis / (rows - 1)));
      for (let column = 0; column < columns; column++) {
        let distance = 0;
        for (let row = 0; row < rows; row++)
          distance +=
            axes[axis * rows + row]! * (now[row * columns + column]! - goal[row * columns + column]!);
        loss += steepness * distance * distance;
        along[axis * columns + column] = steepness * distance * (1 + 0.1 * (random.uniform() - 0.5));
      }
    }
    for (let axis = 0; axis < rows; axis++) {
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++)
          gradient[row * columns + column]! += axes[axis * rows + row]! * along[axis * columns + column]!;
      }
    }
    made.gradient.fill(0);
    addTo(made.gradient, gradient);
    made.step(index, rate * (1 - index / 300));
    losses.push(loss);
  }
  return { first: losses[0]!, last: losses.at(-1)! };
}

function dot(a: Float32Array, rowA: number, b: Float32Array, rowB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[rowA * count + i]! * b[rowB * count + i]!;
  return sum;
}
