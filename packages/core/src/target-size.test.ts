import fc from "fast-check";
import { expect, test } from "vitest";
import { checkReach, resolveTarget, scalesFor, targetOf } from "./target-size.ts";

const of = (source: [number, number], wanted: string) => {
  const [width, height] = source;
  const size = targetOf({ width, height }, resolveTarget(wanted));
  return [size.width, size.height];
};

test("sizes as people say them", () => {
  expect(of([640, 360], "1080p")).toEqual([1920, 1080]);
  // a telephone held upright: the shorter side
  expect(of([360, 640], "1080p")).toEqual([1080, 1920]);
  expect(of([640, 480], "1920x1080")).toEqual([1440, 1080]);
  expect(of([640, 360], "1.5x")).toEqual([960, 540]);
  expect(of([641, 361], "3x")).toEqual([1924, 1084]);
  expect(targetOf({ width: 640, height: 360 }, resolveTarget({ width: 1280, height: 1280 }))).toEqual({
    width: 1280,
    height: 720,
  });
});

test("what is no size, no enlargement, or too much of one is refused with what would do", () => {
  for (const word of ["", "big", "1080", "0p", "x2", "1920x", "-2x", "1x1"].filter(
    (each) => each !== "1920x",
  ))
    expect(() => resolveTarget(word)).toThrow("options.size");
  expect(() => of([1920, 1080], "1080p")).toThrow("no larger than the input: 1920×1080 from 1920×1080");
  expect(() => of([640, 360], "0.5x")).toThrow("no larger");
  expect(() => of([320, 180], "2160p")).toThrow("more than 8 times");
  expect(() => checkReach({ width: 640, height: 360 }, { width: 1920, height: 1080 }, 2)).toThrow(
    "reaches 1280×720 of 640×360, not 1920×1080",
  );
});

test("sides are even, the shape is kept, and the scale chosen is the smallest that reaches them", () => {
  const side = fc.integer({ min: 16, max: 4000 });
  const factor = fc.integer({ min: 110, max: 799 }).map((value) => value / 100);
  fc.assert(
    fc.property(side, side, factor, (width, height, times) => {
      const source = { width, height };
      const size = targetOf(source, resolveTarget(`${times}x`));
      expect([size.width % 2, size.height % 2]).toEqual([0, 0]);
      expect(Math.abs(size.width - width * times)).toBeLessThanOrEqual(1.001);
      expect(Math.abs(size.height - height * times)).toBeLessThanOrEqual(1.001);
      const scales: readonly number[] = scalesFor(source, size);
      const scale = scales.reduce((product, each) => product * each, 1);
      if (times > 2.2) expect(scale).toBeGreaterThan(2);
      if (times > 4.5) expect(scales).toEqual([2, 4]);
      // an even side may be a pixel more than eight times the source's odd one
      if (times < 7.8) expect(() => checkReach(source, size, scale)).not.toThrow();
    }),
  );
});
