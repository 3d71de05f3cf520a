import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builds, check, createNoise, expectClose, loadInstances, put } from "./training-kernels.fixture.ts";

const size = fc.integer({ min: 1, max: 30 });
const sizes = fc.record({
  m: size,
  k: size,
  n: size,
  transposed: fc.integer({ min: 0, max: 3 }),
  seed: size,
});

describe.each(builds)("matrixProduct (%s)", (build) => {
  it("is the product, and writes nothing else", async () => {
    const create = await loadInstances(build);
    check(
      sizes,
      ({ m, k, n, transposed, seed }) => {
        const kernels = create();
        const noise = createNoise(seed);
        const [a, b] = [noise(m * k), noise(k * n)];
        const target = put(kernels, new Float32Array(m * n + 8).fill(7));
        // NaN behind the matrices and in the scratch memory: none of it may count
        const [first, second] = [a, b].map((values) =>
          put(kernels, Float32Array.of(...values, ...Array(8).fill(NaN))),
        );
        const scratch = put(kernels, new Float32Array(k * 8 + 4).fill(Number.NaN));
        scratch.floats().fill(7, k * 8);
        kernels.run.matrixProduct(
          first!.address,
          second!.address,
          target.address,
          m,
          k,
          n,
          transposed,
          scratch.address,
        );
        const expected = Array.from({ length: m * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let l = 0; l < k; l++)
            sum += a[transposed & 1 ? l * m + i : i * k + l]! * b[transposed & 2 ? j * k + l : l * n + j]!;
          return sum;
        });
        expectClose(target.floats(), [...expected, 7, 7, 7, 7, 7, 7, 7, 7]);
        expect(Array.from(scratch.floats().subarray(k * 8))).toEqual([7, 7, 7, 7]);
      },
      300,
    );
  });

  it.each([
    [144, 256, 16, 0],
    [144, 16, 256, 2],
    [256, 144, 16, 1],
    [1, 576, 64, 0],
    [64, 576, 1, 0],
  ])("of %i×%i and ×%i, transposed %i", async (m, k, n, transposed) => {
    const kernels = (await loadInstances(build))();
    const noise = createNoise(m + n);
    const [a, b] = [noise(m * k), noise(k * n)];
    const target = put(kernels, new Float32Array(m * n));
    const [first, second, scratch] = [a, b, new Float32Array(k * 8)].map(
      (values) => put(kernels, values).address,
    );
    kernels.run.matrixProduct(first!, second!, target.address, m, k, n, transposed, scratch!);
    for (let l = 0; l < 50; l++) {
      const [i, j] = [(l * 7) % m, (l * 5) % n];
      let sum = 0;
      for (let p = 0; p < k; p++)
        sum += a[transposed & 1 ? p * m + i : i * k + p]! * b[transposed & 2 ? j * k + p : p * n + j]!;
      expect(Math.abs(target.floats()[i * n + j]! - sum)).toBeLessThan(1e-4);
    }
  });
});
