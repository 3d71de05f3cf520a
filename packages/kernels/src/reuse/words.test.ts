/** The kernels of reuse on words of 16 bits, against what they are to come to. */

import { enlargingFilter } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BytePlane, ReuseKernels } from "./reuse-kernels.ts";
import { createReuseKernels } from "./reuse-kernels.ts";

const given = fc.record({
  width: fc.integer({ min: 1, max: 50 }),
  height: fc.integer({ min: 1, max: 20 }),
  bits: fc.constantFrom(9, 10, 12, 16),
  seed: fc.integer({ min: 1, max: 2 ** 30 }),
});

function noise(count: number, bits: number, seed: number): Uint16Array {
  let state = seed >>> 0;
  const next = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
  return Uint16Array.from({ length: count }, () => next() % 2 ** bits);
}

function load(kernels: ReuseKernels, values: Uint16Array, width: number): BytePlane {
  const address = kernels.take(values.byteLength);
  kernels.bytes().set(new Uint8Array(values.buffer), address);
  return { address, stride: 2 * width };
}

describe("words of 16 bits", () => {
  it("differ by so many levels of 8 bits, whatever the windows", async () => {
    for (const bits of [9, 10, 12, 16]) {
      const kernels = await createReuseKernels(2, 70, bits);
      const steps = 2 ** (bits - 8);
      fc.assert(
        fc.property(given, ({ width, height, seed }) => {
          const [a, b] = [noise(width * height, bits, seed), noise(width * height, bits, seed + 1)];
          const planes = [load(kernels, a, width), load(kernels, b, width)] as const;
          const differences = Array.from(a, (value, i) => Math.abs(value - b[i]!));
          const seen = kernels.compare(...planes, { width, height }, false);
          expect(seen.largest).toBe(Math.max(...differences) / steps);
          expect(seen.sum).toBe(differences.reduce((x, y) => x + y) / steps);
          const squares = differences.reduce((sum, each) => sum + each ** 2, 0) / steps ** 2;
          expect(kernels.squareDifference(...planes, { width, height })).toBeCloseTo(squares, 6);
          expect(kernels.compare(planes[0], planes[0], { width, height }, true).largest).toBe(0);
        }),
        { numRuns: 25 },
      );
    }
  });

  it("add up windows beyond 32 bits", async () => {
    const kernels = await createReuseKernels(1, 4096, 16);
    const [width, height] = [4096, 40];
    const [a, b] = [new Uint16Array(width * height), new Uint16Array(width * height).fill(65535)];
    const seen = kernels.compare(load(kernels, a, width), load(kernels, b, width), { width, height }, false);
    expect(seen).toEqual({ largest: 65535 / 256, sum: (65535 * width * height) / 256 });
  });

  it.each([1, 2, 3, 4])("carry a change at ×%i", async (scale) => {
    const kernels = await createReuseKernels(scale, 50, 10);
    fc.assert(
      fc.property(given, ({ width, height, seed }) => {
        const [current, before] = [noise(width * height, 10, seed), noise(width * height, 10, seed + 1)];
        const [wide, high] = [width * scale, height * scale];
        const result = noise(wide * high, 10, seed + 2);
        const target = load(kernels, new Uint16Array(result.length), wide);
        kernels.carry({
          current: load(kernels, current, width),
          before: load(kernels, before, width),
          window: { width, height },
          kept: { x: 0, y: 0, width, height },
          result: load(kernels, result, wide),
          target,
        });
        const seen = new Uint16Array(
          kernels.bytes().slice(target.address, target.address + result.byteLength).buffer,
        );
        const { weights, firstTaps } = enlargingFilter(scale);
        const at = (x: number, y: number): number => {
          const i = Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x));
          return current[i]! - before[i]!;
        };
        result.forEach((value, i) => {
          const [X, Y] = [i % wide, Math.floor(i / wide)];
          const [dx, dy] = [X % scale, Y % scale];
          let sum = 0;
          for (let j = 0; j < 4; j++)
            for (let k = 0; k < 4; k++)
              sum +=
                weights[dy * 4 + j]! *
                weights[dx * 4 + k]! *
                at(Math.floor(X / scale) + firstTaps[dx]! + k, Math.floor(Y / scale) + firstTaps[dy]! + j);
          const right = Math.min(1023, Math.max(0, value + Math.floor(sum + 0.5)));
          // sums of float32 and of float64 may fall on either side of a half
          expect(Math.abs(seen[i]! - right)).toBeLessThanOrEqual(1);
        });
      }),
      { numRuns: 15 },
    );
  });

  it("are copied whole", async () => {
    const kernels = await createReuseKernels(2, 20, 12);
    const values = noise(60, 12, 5);
    const target = load(kernels, new Uint16Array(60), 20);
    kernels.copy(load(kernels, values, 20), target, { width: 20, height: 3 });
    expect(kernels.bytes().slice(target.address, target.address + 120)).toEqual(
      new Uint8Array(values.buffer),
    );
  });
});
