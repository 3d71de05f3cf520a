import { createPlane } from "@tatami/core";
import type { Plane, Planes, Size } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { createPlanesReducer, reducePlanes } from "./reduce-planes.ts";

function planesOf(
  { width, height }: Size,
  value: (x: number, y: number) => number,
  withAlpha = false,
): Planes {
  const fill = (size: Size, at: (x: number, y: number) => number): Plane => {
    const plane = createPlane(size);
    plane.data.forEach((_, i) => {
      plane.data[i] = Math.round(at(i % size.width, Math.floor(i / size.width)));
    });
    return plane;
  };
  const half = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  // a chroma sample lies on the left luma pixel of its pair, between its rows
  const chroma = fill(half, (x, y) => value(2 * x, 2 * y + 0.5));
  const luma = fill({ width, height }, value);
  return { luma, chroma: [chroma, chroma], ...(withAlpha && { alpha: luma }) };
}

test("slopes are the same slopes in all planes, whatever the sizes: nothing is moved", () => {
  const [wide, high] = [120, 96];
  const slope = (x: number, y: number) => 30 + 1.1 * x + 0.7 * y;
  for (const size of [
    { width: 90, height: 72 },
    { width: 62, height: 50 },
    { width: 120, height: 48 },
  ]) {
    const made = reducePlanes(planesOf({ width: wide, height: high }, slope), size);
    const [sx, sy] = [wide / size.width, high / size.height];
    const at = (x: number, y: number) => slope(sx * (x + 0.5) - 0.5, sy * (y + 0.5) - 0.5);
    for (let y = 6; y < size.height - 6; y++)
      for (let x = 6; x < size.width - 6; x++)
        expect(Math.abs(made.luma.data[y * size.width + x]! - at(x, y))).toBeLessThan(1.1);
    const [plane] = made.chroma;
    for (let y = 4; y < plane.height - 4; y++)
      for (let x = 4; x < plane.width - 4; x++)
        expect(Math.abs(plane.data[y * plane.width + x]! - at(2 * x, 2 * y + 0.5))).toBeLessThan(1.1);
  }
});

test("what is finer than the result can show becomes its mean, and edges of one level stay", () => {
  const stripes = planesOf({ width: 80, height: 80 }, (x) => (x % 2 === 0 ? 0 : 200));
  const { luma } = reducePlanes(stripes, { width: 40, height: 40 });
  for (let x = 4; x < 36; x++) expect(Math.abs(luma.data[20 * 40 + x]! - 100)).toBeLessThan(3);
  const flat = reducePlanes(
    planesOf({ width: 33, height: 21 }, () => 77, true),
    { width: 20, height: 14 },
  );
  for (const plane of [flat.luma, ...flat.chroma, flat.alpha!])
    expect(plane.data.every((value) => value === 77)).toBe(true);
});

test("kernels are the definition, to a level", async () => {
  const reduce = await createPlanesReducer();
  expect(reduce).not.toBe(reducePlanes);
  const side = fc.integer({ min: 9, max: 70 });
  const part = fc.double({ min: 0.4, max: 1, noNaN: true });
  fc.assert(
    fc.property(side, side, part, part, fc.integer(), (width, height, across, down, seed) => {
      const planes = planesOf({ width, height }, (x, y) => ((x * 7919 + y * 104729 + seed) >>> 3) % 256);
      const size = { width: Math.ceil(width * across), height: Math.ceil(height * down) };
      const [expected, actual] = [reducePlanes(planes, size), reduce(planes, size)];
      for (const [a, b] of [
        [expected.luma, actual.luma],
        [expected.chroma[0], actual.chroma[0]],
      ] as const) {
        expect([b.width, b.height]).toEqual([a.width, a.height]);
        a.data.forEach((value, i) => expect(Math.abs(value - b.data[i]!)).toBeLessThanOrEqual(1));
      }
    }),
    { numRuns: 40 },
  );
});
