import fc from "fast-check";
import { expect, test } from "vitest";
import type { ChainLayer } from "../inference/chain.ts";
import { convolveExactly, createTrial, loadTrials, methodsFor } from "./convolution-trials.fixture.ts";

const channels = fc.integer({ min: 1, max: 8 }).map((vectors) => vectors * 4);
const trial = fc.record({
  kernel: fc.constantFrom(3, 5),
  inputs: channels,
  outputs: channels,
  width: fc.integer({ min: 1, max: 60 }),
  height: fc.integer({ min: 1, max: 9 }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

test.each(["simd", "relaxed"] as const)("every method computes the convolution (%s)", async (build) => {
  const module = await loadTrials(build);
  fc.assert(
    fc.property(trial, ({ kernel, inputs, outputs, width, height, seed }) => {
      const random = uniform(seed);
      const limit = Math.sqrt(3 / inputs) / kernel;
      const layer: ChainLayer = {
        kernel,
        inputs,
        outputs,
        weights: random(outputs * inputs * kernel ** 2, limit),
        bias: random(outputs, 0.2),
      };
      const picture = random(width * height * inputs, 1);
      const expected = convolveExactly(layer, width, picture);
      for (const method of methodsFor(kernel)) {
        const { run, result } = createTrial(module, method, layer, width, picture);
        run();
        const seen = result();
        expect(seen).toHaveLength(expected.length);
        // NaN must not pass as "not larger"
        expect(expected.every((value, i) => Math.abs(seen[i]! - value) < 1e-4)).toBe(true);
      }
    }),
    { numRuns: 60 },
  );
});

/** Numbers in ±limit, the same for the same seed (Park and Miller, 1988). */
function uniform(seed: number): (count: number, limit: number) => Float32Array {
  let state = seed;
  return (count, limit) =>
    Float32Array.from({ length: count }, () => {
      state = (state * 48271) % 2147483647;
      return ((state / 2147483647) * 2 - 1) * limit;
    });
}
