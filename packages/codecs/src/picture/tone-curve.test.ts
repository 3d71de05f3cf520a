import fc from "fast-check";
import { expect, test } from "vitest";
import { hlgToScene, peakLight, pqToLight, referenceWhite, sdrCurve, toneMap } from "./tone-curve.ts";

test("PQ meets the published anchors: 0, 100, 203, 1000 and 10 000 cd/m²", () => {
  const nits = (signal: number): number => 10_000 * pqToLight(signal);
  expect(nits(0)).toBeCloseTo(0, 6);
  expect(nits(0.508)).toBeCloseTo(100, -0.5);
  expect(nits(0.5807)).toBeCloseTo(203, -0.5);
  expect(nits(0.7518)).toBeCloseTo(1000, -1);
  expect(nits(1)).toBeCloseTo(10_000, 6);
});

test("HLG's two halves meet at 1/12, and its top is 1", () => {
  expect(hlgToScene(0.5)).toBeCloseTo(1 / 12, 9);
  expect(hlgToScene(0.5 + 1e-9)).toBeCloseTo(1 / 12, 6);
  expect(hlgToScene(1)).toBeCloseTo(1, 6);
});

test("the tone curve keeps order and hue, and its peak is exactly white", () => {
  const light = fc.double({ min: 0, max: peakLight / referenceWhite, noNaN: true });
  fc.assert(
    fc.property(light, light, (one, other) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      const map = (value: number): number => {
        const rgb = Float64Array.of(value, value / 2, 0);
        toneMap(rgb);
        expect(rgb[1]).toBeCloseTo((rgb[0] ?? 0) / 2, 9);
        return rgb[0] ?? 0;
      };
      expect(map(low)).toBeLessThanOrEqual(map(high) + 1e-12);
      expect(map(high)).toBeLessThanOrEqual(1 + 1e-12);
    }),
  );
  const peak = Float64Array.of(peakLight / referenceWhite, 0, 0);
  toneMap(peak);
  expect(peak[0]).toBeCloseTo(1, 12);
});

test("the SDR curve spans 0..1 and clips beyond", () => {
  expect([sdrCurve(-1), sdrCurve(0), sdrCurve(1), sdrCurve(2)]).toEqual([0, 0, 1, 1]);
});
