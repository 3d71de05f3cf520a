import { createRandom } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createCropDetail } from "./crop-detail.ts";
import { createCropSampler, cropFields } from "./crop.ts";
import type { Dataset } from "../data/dataset.ts";
import { createDataset } from "../data/dataset.ts";
import { noise } from "../data/test-support.ts";

const [width, height, scale] = [64, 48, 2];
/** Smooth, but for a quarter at the lower right, which is noise. */
const dataset = halfNoise();

test("a crop's detail is that of its blocks: none in what is smooth", () => {
  const detail = createCropDetail(dataset, 16);
  expect(detail(0, 0, 0)).toBe(0);
  expect(detail(0, 32, 24)).toBeGreaterThan(0);
  // parts that lie side by side add up
  const place = fc.record({ left: fc.nat(4), top: fc.nat(2) });
  fc.assert(
    fc.property(place, ({ left, top }) => {
      const at = (dx: number, dy: number): number => detail(0, 8 * (left + dx), 8 * (top + dy));
      const whole = createCropDetail(dataset, 32)(0, 8 * left, 8 * top);
      expect(at(0, 0) + at(2, 0) + at(0, 2) + at(2, 2)).toBeCloseTo(whole, 6);
    }),
  );
});

test("more candidates, more detail; each is drawn as from the seed", () => {
  const detail = createCropDetail(dataset, 16);
  const means = [1, 2, 6].map((candidates) => {
    const crops = new Int32Array(600 * cropFields);
    createCropSampler(dataset, 16, candidates).sample(createRandom(8), crops);
    let sum = 0;
    for (let i = 0; i < crops.length; i += cropFields) {
      expect(crops[i + 1]! <= width - 16 && crops[i + 2]! <= height - 16).toBe(true);
      sum += detail(crops[i]!, crops[i + 1]!, crops[i + 2]!);
    }
    return sum;
  });
  expect(means[1]).toBeGreaterThan(1.2 * means[0]!);
  expect(means[2]).toBeGreaterThan(1.2 * means[1]!);
});

function halfNoise(): Dataset {
  const wide = width * scale;
  const values = noise(wide * height * scale, 3);
  const data = values.map((value, i) => {
    const [x, y] = [i % wide, Math.floor(i / wide)];
    return x < width || y < height ? 128 : 128 + 100 * value;
  });
  const high = { width: wide, height: height * scale, data };
  return createDataset([{ low: { width, height, data: new Float32Array(width * height) }, high }], scale, 16);
}
