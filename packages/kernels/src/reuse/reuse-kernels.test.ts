import { enlargingFilter } from "@tatami/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BytePlane, ReuseKernels } from "./reuse-kernels.ts";
import { createReuseKernels } from "./reuse-kernels.ts";

const sides = fc.integer({ min: 1, max: 70 });
const amounts = fc.integer({ min: 0, max: 255 });
const seeds = fc.integer({ min: 1, max: 2 ** 30 });

describe("comparing windows", () => {
  it("finds the largest and the summed difference of any two windows", async () => {
    const kernels = await createReuseKernels(2, 70);
    fc.assert(
      fc.property(sides, sides, amounts, seeds, (width, height, amount, seed) => {
        const [a, b] = pair(width, height, amount, seed);
        const [planeA, planeB] = [load(kernels, a, width), load(kernels, b, width)];
        const differences = Array.from(a, (value, i) => Math.abs(value - b[i]!));
        const expected = { largest: Math.max(...differences), sum: differences.reduce((x, y) => x + y) };
        expect(kernels.compare(planeA, planeB, { width, height }, false)).toEqual(expected);
        expect(kernels.compare(planeA, planeB, { width, height }, true).largest > 0).toBe(
          expected.largest > 0,
        );
      }),
      { numRuns: 60 },
    );
  });

  it("finds the squared difference of any two windows", async () => {
    const kernels = await createReuseKernels(2, 70);
    fc.assert(
      fc.property(sides, sides, amounts, seeds, (width, height, amount, seed) => {
        const [a, b] = pair(width, height, amount, seed);
        const expected = Array.from(a).reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0);
        const planes = [load(kernels, a, width), load(kernels, b, width)] as const;
        expect(kernels.squareDifference(...planes, { width, height })).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  it("adds up rows longer than sixteen bits can count", async () => {
    const kernels = await createReuseKernels(2, 5000);
    const [width, height] = [5000, 3];
    const [a, b] = [new Uint8Array(width * height), new Uint8Array(width * height).fill(255)];
    const seen = kernels.compare(load(kernels, a, width), load(kernels, b, width), { width, height }, false);
    expect(seen).toEqual({ largest: 255, sum: 255 * width * height });
  });
});

describe.each([1, 2, 3, 4])("carrying a change, ×%i", (scale) => {
  it("adds the enlarged difference to the kept result", async () => {
    const kernels = await createReuseKernels(scale, 40);
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 0, max: 3 }),
        fc.integer({ min: 0, max: 60 }),
        seeds,
        (width, height, inset, amount, seed) => {
          const [current, before] = pair(width, height, amount, seed);
          const kept = insetOf(width, height, inset);
          const size = { width: kept.width * scale, height: kept.height * scale };
          const [result] = pair(size.width, size.height, 0, seed + 1);
          const target = load(kernels, new Uint8Array(result.length), size.width);
          kernels.carry({
            current: load(kernels, current, width),
            before: load(kernels, before, width),
            window: { width, height },
            kept,
            result: load(kernels, result, size.width),
            target,
          });
          const seen = kernels.bytes().slice(target.address, target.address + result.length);
          const expected = carrySlowly(current, before, width, height, kept, result, scale);
          const worst = seen.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i]!)), 0);
          // sums of float32 and of float64 may fall on either side of a half
          expect(worst).toBeLessThanOrEqual(1);
          const wrong = seen.filter((value, i) => value !== expected[i]).length;
          expect(wrong).toBeLessThanOrEqual(Math.ceil(seen.length / 50));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("leaves the result as it is where nothing changed", async () => {
    const kernels = await createReuseKernels(scale, 16);
    const [same] = pair(16, 8, 0, 3);
    const [result] = pair(16 * scale, 8 * scale, 0, 4);
    const target = load(kernels, new Uint8Array(result.length), 16 * scale);
    kernels.carry({
      current: load(kernels, same, 16),
      before: load(kernels, same, 16),
      window: { width: 16, height: 8 },
      kept: { x: 0, y: 0, width: 16, height: 8 },
      result: load(kernels, result, 16 * scale),
      target,
    });
    expect(kernels.bytes().slice(target.address, target.address + result.length)).toEqual(result);
  });
});

/** Noise, and the same with up to `amount` added or taken away. */
function pair(width: number, height: number, amount: number, seed: number): [Uint8Array, Uint8Array] {
  let state = seed >>> 0;
  const next = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 8;
  };
  const first = Uint8Array.from({ length: width * height }, () => next() & 255);
  const second = first.map((value) =>
    Math.min(255, Math.max(0, value + (next() % (2 * amount + 1)) - amount)),
  );
  return [first, second];
}

function load(kernels: ReuseKernels, values: Uint8Array, stride: number): BytePlane {
  const address = kernels.take(values.length);
  kernels.bytes().set(values, address);
  return { address, stride };
}

function insetOf(width: number, height: number, inset: number) {
  const x = Math.min(inset, width - 1);
  const y = Math.min(inset, height - 1);
  return { x, y, width: Math.max(1, width - 2 * x), height: Math.max(1, height - 2 * y) };
}

function carrySlowly(
  current: Uint8Array,
  before: Uint8Array,
  width: number,
  height: number,
  kept: { x: number; y: number; width: number; height: number },
  result: Uint8Array,
  scale: number,
): Uint8Array {
  const { weights, firstTaps } = enlargingFilter(scale);
  const at = (x: number, y: number): number => {
    const i = Math.min(height - 1, Math.max(0, y)) * width + Math.min(width - 1, Math.max(0, x));
    return current[i]! - before[i]!;
  };
  return result.map((value, i) => {
    const [X, Y] = [i % (kept.width * scale), Math.floor(i / (kept.width * scale))];
    const [dx, dy] = [X % scale, Y % scale];
    const [x, y] = [kept.x + Math.floor(X / scale), kept.y + Math.floor(Y / scale)];
    let sum = 0;
    for (let j = 0; j < 4; j++)
      for (let k = 0; k < 4; k++)
        sum +=
          weights[dy * 4 + j]! * weights[dx * 4 + k]! * at(x + firstTaps[dx]! + k, y + firstTaps[dy]! + j);
    return Math.min(255, Math.max(0, value + Math.floor(sum + 0.5)));
  });
}
