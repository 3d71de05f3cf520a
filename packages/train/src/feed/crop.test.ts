import { createRandom } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCropCutter, createCropSampler, cropFields } from "./crop.ts";
import { createDataset } from "../data/dataset.ts";
import type { LumaPair } from "../data/dataset.ts";

/** A pair whose high-resolution pixel (X, Y) is a code of its place, and whose low one is its block's first. */
function codedPair(width: number, height: number, scale: number): LumaPair {
  const code = (x: number, y: number): number => (7 * x + 31 * y) % 251;
  const wide = width * scale;
  return {
    low: {
      width,
      height,
      data: Float32Array.from(
        { length: width * height },
        (_, i) => code((i % width) * scale, Math.floor(i / width) * scale) + 0.25,
      ),
    },
    high: {
      width: wide,
      height: height * scale,
      data: Float32Array.from({ length: wide * height * scale }, (_, i) =>
        code(i % wide, Math.floor(i / wide)),
      ),
    },
  };
}

test("input and truth are the same place, turned the same way, for all eight turns", () => {
  const place = fc.record({
    left: fc.nat({ max: 8 }),
    top: fc.nat({ max: 5 }),
    turn: fc.nat({ max: 7 }),
    scale: fc.constantFrom(2, 4),
  });
  fc.assert(
    fc.property(place, ({ left, top, turn, scale }) => {
      const crop = 6;
      const pair = codedPair(14, 11, scale);
      const dataset = createDataset([pair], scale, crop);
      const side = crop * scale;
      const [low, high] = [new Float32Array(crop * crop), new Float32Array(side * side)];
      createCropCutter(dataset, crop).cut(Int32Array.of(0, left, top, turn), low, high);
      // the high-resolution picture turned back
      for (let y = 0; y < side; y++) {
        for (let x = 0; x < side; x++) {
          const seen = high[y * side + x]!;
          const [u, v] = [turn & 2 ? side - 1 - x : x, turn & 4 ? side - 1 - y : y];
          const [column, row] = turn & 1 ? [v, u] : [u, v];
          const expected = pair.high.data[(top * scale + row) * 14 * scale + left * scale + column]!;
          expect(seen).toBeCloseTo(expected / 255, 6);
        }
      }
      const [u, v] = [turn & 2 ? crop - 1 : 0, turn & 4 ? crop - 1 : 0];
      const [column, row] = turn & 1 ? [v, u] : [u, v];
      expect(low[0]).toBeCloseTo(pair.low.data[(top + row) * 14 + left + column]! / 255, 6);
    }),
  );
});

test("crops stay inside their pictures, and larger pictures are chosen more often", () => {
  const dataset = createDataset([codedPair(12, 10, 2), codedPair(40, 30, 2), codedPair(5, 5, 2)], 2, 6);
  expect(dataset.entries.length).toBe(2); // the third is smaller than a crop
  const crops = new Int32Array(4000 * cropFields);
  createCropSampler(dataset, 6).sample(createRandom(3), crops);
  const counts = [0, 0];
  for (let i = 0; i < crops.length; i += cropFields) {
    const [picture, left, top, turn] = crops.subarray(i, i + cropFields) as unknown as [
      number,
      number,
      number,
      number,
    ];
    const { width, height } = dataset.entries[picture]!;
    counts[picture]!++;
    expect(left >= 0 && top >= 0 && left + 6 <= width && top + 6 <= height && turn >= 0 && turn < 8).toBe(
      true,
    );
  }
  expect(counts[1]! / counts[0]!).toBeGreaterThan(7);
  expect(counts[1]! / counts[0]!).toBeLessThan(14);
});
