import { createRandom } from "@tatami/core";
import type { FlatLayout, Span } from "@tatami/graph";
import { networkOf } from "@tatami/graph";
import { describe, expect, it } from "vitest";
import { noise } from "../data/test-support.ts";
import { compileKernels, createKernels } from "../run/kernels.ts";
import { layOutSpecs } from "../run/task.ts";
import type { FlatOptimizer, OptimizerName } from "./flat-optimizer.ts";
import { createFlatOptimizer } from "./flat-optimizer.ts";
import { createSpanMatrix } from "./span-matrix.ts";

const sesr = networkOf("sesr");
const options = { optimizer: "soap", amsgrad: false, clipNorm: 1e9, averageDecay: 0.9 } as const;
const compiled = compileKernels();
const folded = layOutSpecs(sesr.weights(sesr.check({ blocks: 1, features: 8, width: 8, scale: 2 })));

describe("an optimiser of a flat vector", () => {
  it("by SOAP goes down a valley that lies askew in fewer steps than by Adam, on either side of the fold", async () => {
    const [soap, adam, wide] = [
      await descend("soap", 0.01, createDirect),
      await descend("adam", 0.003, createDirect),
      await descend("adam", 0.003, createWide),
    ];
    for (const { first, last } of [adam, wide]) {
      expect(first).toBeCloseTo(soap.first, 3);
      expect(last).toBeLessThan(0.5 * first);
      expect(soap.last).toBeLessThan(0.5 * last);
    }
  });

  it.each<[OptimizerName, boolean]>([
    ["soap", false],
    ["adam", false],
    ["adam", true],
  ])(
    "changes nothing for a gradient that is no number, and brings a norm above the limit down to it (%s, AMSGrad %s)",
    async (optimizer, amsgrad) => {
      const create = (clipNorm: number): Promise<FlatOptimizer> =>
        createOf(folded, noise(folded.count, 3), { ...options, optimizer, amsgrad, clipNorm });
      const limited = await create(1e-3);
      const before = limited.save();
      limited.gradient.set(noise(folded.count, 5));
      limited.gradient[7] = NaN;
      expect(limited.step(0, 1e-3)).toBeNaN();
      expect(limited.save()).toEqual(before);
      // as if the gradient had been that much smaller
      const free = await create(1e9);
      for (let index = 0; index < 5; index++) {
        const gradient = noise(folded.count, 10 + index);
        const norm = Math.hypot(...gradient);
        limited.gradient.set(gradient);
        free.gradient.set(gradient.map((value) => (value * 1e-3) / norm));
        expect(limited.step(index, 1e-3)).toBeCloseTo(norm, 3);
        free.step(index, 1e-3);
      }
      const expected = free.average();
      limited.average().forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 4));
      expect(limited.weights()).not.toEqual(before["weights"]);
    },
  );

  it.each<[OptimizerName, boolean, readonly string[]]>([
    ["soap", false, ["weights", "average", "first", "second", "curvature"]],
    ["adam", false, ["weights", "average", "first", "second"]],
    ["adam", true, ["weights", "average", "first", "second", "largest"]],
  ])("goes on exactly from what it saved (%s, AMSGrad %s)", async (optimizer, amsgrad, names) => {
    const create = (): Promise<FlatOptimizer> =>
      createOf(folded, noise(folded.count, 3), { ...options, optimizer, amsgrad });
    const steps = (made: FlatOptimizer, from: number, to: number): void => {
      for (let index = from; index < to; index++) {
        made.gradient.set(noise(folded.count, 50 + index));
        made.step(index, 1e-3);
      }
    };
    const whole = await create();
    // 20 is where SOAP turns its bases
    steps(whole, 0, 17);
    const half = whole.save();
    expect(Object.keys(half)).toEqual(names);
    steps(whole, 17, 25);
    const resumed = await create();
    resumed.restore(half);
    expect(resumed.save()).toEqual(half);
    steps(resumed, 17, 25);
    expect(resumed.save()).toEqual(whole.save());
  });
});

async function createOf(
  layout: FlatLayout,
  initial: Float32Array,
  how: Parameters<typeof createFlatOptimizer>[3],
): Promise<FlatOptimizer> {
  return createFlatOptimizer(createKernels(await compiled), layout, initial, how);
}

/** A kernel of 8 × 8 × 3 × 3 that an optimiser moves by what it is told of its gradient. */
interface Learner {
  kernel(): Float32Array;
  step(gradient: Float32Array, index: number, rate: number): void;
}

const start = noise(576, 4).map((value) => 0.2 * value);

async function createDirect(optimizer: OptimizerName): Promise<Learner> {
  const layout: FlatLayout = {
    spans: [{ name: "kernel", shape: [8, 8, 3, 3], start: 0, count: 576 }],
    count: 576,
  };
  const made = await createOf(layout, start, { ...options, optimizer });
  return {
    kernel: () => made.weights(),
    step(gradient, index, rate) {
      made.gradient.set(gradient);
      made.step(index, rate);
    },
  };
}

/** The same kernel as a product of two, P · E, of which each has the gradient that the product hands on. */
async function createWide(optimizer: OptimizerName): Promise<Learner> {
  const [outputs, hidden, each] = [8, 8, 72];
  const layout: FlatLayout = {
    spans: [
      { name: "expand", shape: [hidden, 8, 3, 3], start: 0, count: hidden * each },
      { name: "project", shape: [outputs, hidden], start: hidden * each, count: outputs * hidden },
    ],
    count: hidden * each + outputs * hidden,
  };
  const initial = new Float32Array(layout.count);
  initial.set(start);
  for (let i = 0; i < outputs; i++) initial[hidden * each + i * (hidden + 1)] = 1;
  const made = await createOf(layout, initial, { ...options, optimizer });
  const [expand, project] = layout.spans as [Span, Span];
  return {
    kernel() {
      const [e, p] = [partOf(made.weights(), expand), partOf(made.weights(), project)];
      return multiply(
        outputs,
        hidden,
        each,
        (i, k) => p[i * hidden + k]!,
        (k, j) => e[k * each + j]!,
      );
    },
    step(g, index, rate) {
      const [e, p] = [partOf(made.weights(), expand), partOf(made.weights(), project)];
      made.gradient.set(
        multiply(
          hidden,
          outputs,
          each,
          (i, k) => p[k * hidden + i]!,
          (k, j) => g[k * each + j]!,
        ),
        expand.start,
      );
      made.gradient.set(
        multiply(
          outputs,
          each,
          hidden,
          (i, k) => g[i * each + k]!,
          (k, j) => e[j * each + k]!,
        ),
        project.start,
      );
      made.step(index, rate);
    },
  };
}

/**
 * 300 steps down a bowl over one kernel whose axes are a hundred times steeper along some directions than along
 * others, none of them a weight's own.
 */
async function descend(
  optimizer: OptimizerName,
  rate: number,
  create: (optimizer: OptimizerName) => Promise<Learner>,
): Promise<{ first: number; last: number }> {
  const kernels = createKernels(await compiled);
  const { rows, columns, gather, addTo } = createSpanMatrix({
    name: "kernel",
    shape: [8, 8, 3, 3],
    start: 0,
    count: 576,
  })!;
  const turn = kernels.allocate(rows * rows);
  turn.floats().set(noise(rows * rows, 21));
  kernels.run.orthonormalizeRows(turn.address, rows);
  const axes = turn.floats().slice();
  const learner = await create(optimizer);
  const goal = noise(rows * columns, 22).map((value) => 0.3 * value);
  const random = createRandom(5);
  const losses: number[] = [];
  const now = new Float32Array(rows * columns);
  for (let index = 0; index < 300; index++) {
    gather(learner.kernel(), 1, now);
    const apart = now.map((value, i) => value - goal[i]!);
    const along = multiply(
      rows,
      rows,
      columns,
      (i, k) => axes[i * rows + k]!,
      (k, j) => apart[k * columns + j]!,
    );
    let loss = 0;
    for (let i = 0; i < along.length; i++) {
      const steepness = 10 ** (-2 * (Math.floor(i / columns) / (rows - 1)));
      loss += steepness * along[i]! ** 2;
      along[i]! *= steepness * (1 + 0.1 * (random.uniform() - 0.5));
    }
    const back = multiply(
      rows,
      rows,
      columns,
      (i, k) => axes[k * rows + i]!,
      (k, j) => along[k * columns + j]!,
    );
    const gradient = new Float32Array(576);
    addTo(gradient, back);
    learner.step(gradient, index, rate * (1 - index / 300));
    losses.push(loss);
  }
  return { first: losses[0]!, last: losses.at(-1)! };
}

function multiply(
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

function partOf(vector: Float32Array, { start: from, count }: Span): Float32Array {
  return vector.subarray(from, from + count);
}
