import { describe, expect, it } from "vitest";
import { builds, createNoise, expectClose, loadInstances, put } from "./training-kernels.fixture.ts";

describe.each(builds)("what moves weights (%s)", (build) => {
  it.each([false, true])("steps as Adam does (AMSGrad %s)", async (amsgrad) => {
    const kernels = (await loadInstances(build))();
    const noise = createNoise(4);
    const count = 8;
    const start = noise(count);
    const weights = put(kernels, start);
    const [gradient, first, second, largest] = [1, 2, 3, 4].map(() => kernels.allocate(count));
    const expected = Array.from(start);
    const [m, v, top] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
    const scale = 0.5;
    for (let step = 1; step <= 6; step++) {
      const g = noise(count).map((value) => value / step ** 2);
      gradient!.floats().set(g);
      const [correct1, correct2] = [1 / (1 - 0.9 ** step), 1 / (1 - 0.999 ** step)];
      kernels.run.adam(
        weights.address,
        gradient!.address,
        first!.address,
        second!.address,
        amsgrad ? largest!.address : 0,
        count,
        0.01,
        0.9,
        0.999,
        1e-8,
        correct1,
        correct2,
        scale,
      );
      for (let i = 0; i < count; i++) {
        m[i] = 0.9 * m[i]! + 0.1 * scale * g[i]!;
        v[i] = 0.999 * v[i]! + 0.001 * (scale * g[i]!) ** 2;
        top[i] = amsgrad ? Math.max(top[i]!, v[i]!) : v[i]!;
        expected[i]! -= (0.01 * m[i]! * correct1) / (Math.sqrt(top[i]! * correct2) + 1e-8);
      }
    }
    expectClose(weights.floats(), expected);
  });

  it("averages weights exponentially", async () => {
    const kernels = (await loadInstances(build))();
    const average = put(kernels, Float32Array.of(1, 2, 3, 4));
    const weights = put(kernels, Float32Array.of(5, 2, 1, 0));
    kernels.run.averageWeights(average.address, weights.address, 4, 0.75);
    expectClose(average.floats(), [2, 2, 2.5, 3]);
  });

  it("has memory that is aligned, zero, and apart", async () => {
    const kernels = (await loadInstances(build))();
    const blocks = [3, 70_000, 1, 16].map((size) => kernels.allocate(size));
    blocks.forEach((block, index) => {
      expect(block.address % 64).toBe(0);
      expect(block.floats().every((value) => value === 0)).toBe(true);
      block.floats().fill(index + 1);
    });
    blocks.forEach((block, index) => expect(block.floats().every((value) => value === index + 1)).toBe(true));
  });
});
