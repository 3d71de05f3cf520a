import { describe, expect, it } from "vitest";
import { largestDifference } from "../largest-difference.ts";
import { randomTensor } from "./random-tensor.ts";
import { createSeededRandom } from "./seeded-random.ts";
import { tensor } from "../tensor.ts";

describe("createSeededRandom", () => {
  it("gives the same numbers for the same seed, others for another", () => {
    const draw = (seed: number): readonly number[] => Array.from({ length: 5 }, createSeededRandom(seed));
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it("spreads its numbers evenly from 0 to 1", () => {
    const bins = Array.from({ length: 10 }, () => 0);
    const random = createSeededRandom(1);
    for (let i = 0; i < 10_000; i++) bins[Math.floor(random() * 10)]!++;
    // 1000 each, and five standard deviations either way.
    for (const count of bins) expect(Math.abs(count - 1000)).toBeLessThan(150);
  });
});

describe("randomTensor", () => {
  it("fills the shape with numbers in its range", () => {
    const { shape, data } = randomTensor([2, 3], -4, -3, createSeededRandom(2));
    expect(shape).toEqual([2, 3]);
    expect(data).toHaveLength(6);
    for (const value of data) expect(value >= -4 && value <= -3).toBe(true);
  });
});

describe("largestDifference", () => {
  const of = (...values: readonly number[]) => tensor([values.length], Float32Array.from(values));

  it("is the largest, whichever way", () => {
    expect(largestDifference(of(1, 5, 2), of(1, 3, 4.5))).toBe(2.5);
  });

  it("never hides a NaN", () => {
    expect(largestDifference(of(NaN, 1), of(0, 0))).toBeNaN();
    expect(largestDifference(of(0, 1), of(0, NaN))).toBeNaN();
  });

  it("refuses other shapes", () => {
    expect(() => largestDifference(of(1), of(1, 2))).toThrowError(/shapes \[1\] and \[2\]/);
  });
});
