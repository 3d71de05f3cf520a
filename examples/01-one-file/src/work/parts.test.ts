import { createPlane } from "@tatami/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { cutPlane, cutPlanes, growRect, scaleRect, turnBack, turnSize } from "./parts.ts";

const side = fc.integer({ min: 2, max: 60 });
const size = fc.record({ width: side, height: side });
const rotation = fc.constantFrom(0, 90, 180, 270);
const share = fc.double({ min: 0, max: 1, noNaN: true });
/** A part of a picture of any size. */
const partOf = (whole: { width: number; height: number }, [a, b, c, d]: readonly number[]) => {
  const along = (length: number, start: number, end: number): [number, number] => {
    const from = Math.floor(start * (length - 1));
    return [from, 1 + Math.floor(end * (length - from - 1))];
  };
  const [x, width] = along(whole.width, a!, b!);
  const [y, height] = along(whole.height, c!, d!);
  return { x, y, width, height };
};
const shares = fc.tuple(share, share, share, share);

test("a part that is turned is within the turned picture, and is itself again once it is turned back", () => {
  fc.assert(
    fc.property(size, rotation, shares, (coded, turn, where) => {
      const seen = turnSize(coded, turn);
      const part = partOf(seen, where);
      const inFile = turnBack(part, turn, coded);
      expect(inFile.x).toBeGreaterThanOrEqual(0);
      expect(inFile.x + inFile.width).toBeLessThanOrEqual(coded.width);
      expect(inFile.y + inFile.height).toBeLessThanOrEqual(coded.height);
      expect(turnBack(inFile, -turn, seen)).toEqual(part);
    }),
  );
});

test("a quarter turn clockwise brings the lower left corner to the upper left", () => {
  const corner = { x: 0, y: 0, width: 3, height: 2 };
  expect(turnBack(corner, 90, { width: 20, height: 10 })).toEqual({ x: 0, y: 7, width: 2, height: 3 });
  expect(turnBack(corner, 270, { width: 20, height: 10 })).toEqual({ x: 18, y: 0, width: 2, height: 3 });
});

test("what is around a part begins at even places, holds the part and stays in the picture", () => {
  fc.assert(
    fc.property(size, shares, fc.integer({ min: 0, max: 20 }), (whole, where, by) => {
      const part = partOf(whole, where);
      const { x, y, width, height } = growRect(part, by, whole);
      expect([x % 2, y % 2]).toEqual([0, 0]);
      expect([x >= 0, x <= part.x, y >= 0, y <= part.y]).toEqual([true, true, true, true]);
      expect(x + width).toBeGreaterThanOrEqual(part.x + part.width);
      expect(x + width).toBeLessThanOrEqual(whole.width);
      expect(y + height).toBeGreaterThanOrEqual(part.y + part.height);
      expect(y + height).toBeLessThanOrEqual(whole.height);
    }),
  );
});

test("planes are cut where luma is, chroma at half of it; rows that are apart are no matter", () => {
  const luma = { ...createPlane({ width: 12, height: 8 }), width: 10 };
  luma.data.forEach((_, at) => (luma.data[at] = at));
  const chroma = createPlane({ width: 5, height: 4 });
  chroma.data.forEach((_, at) => (chroma.data[at] = 100 + at));
  const cut = cutPlanes({ luma, chroma: [chroma, chroma] }, { x: 2, y: 4, width: 5, height: 2 });
  expect([...cut.luma.data]).toEqual([50, 51, 52, 53, 54, 62, 63, 64, 65, 66]);
  expect(cut.chroma[1]).toMatchObject({ width: 3, height: 1, stride: 3 });
  expect([...cut.chroma[1].data]).toEqual([111, 112, 113]);
  expect(cutPlane(luma, { x: 0, y: 0, width: 10, height: 8 })).toBe(luma);
  expect(scaleRect({ x: 4, y: 6, width: 2, height: 1 }, { x: 2, y: 2, width: 9, height: 9 }, 2)).toEqual({
    x: 4,
    y: 8,
    width: 4,
    height: 2,
  });
});
