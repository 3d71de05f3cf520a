import fc from "fast-check";
import { expect, test } from "vitest";
import { holdIn, isWithin, partAround } from "./place.ts";

const side = fc.integer({ min: 1, max: 5000 });
const size = fc.record({ width: side, height: side });
const anywhere = fc.record({
  x: fc.double({ min: -9000, max: 9000, noNaN: true }),
  y: fc.double({ min: -9000, max: 9000, noNaN: true }),
});

test("a window stays in the picture, and stays where it is once it does", () => {
  fc.assert(
    fc.property(anywhere, size, size, (wanted, window, whole) => {
      const place = holdIn(wanted, window, whole);
      expect(holdIn(place, window, whole)).toEqual(place);
      for (const [at, room, length] of [
        [place.x, window.width, whole.width],
        [place.y, window.height, whole.height],
      ] as const) {
        if (room >= length) expect(at).toBe(length / 2);
        else {
          expect(at - room / 2).toBeGreaterThanOrEqual(-1e-9);
          expect(at + room / 2).toBeLessThanOrEqual(length + 1e-9);
        }
      }
    }),
  );
});

test("what is made around a place holds its window, in whole pixels of the picture", () => {
  fc.assert(
    fc.property(anywhere, size, size, fc.integer({ min: 0, max: 900 }), (wanted, window, whole, more) => {
      const place = holdIn(wanted, window, whole);
      const room = { width: window.width + more, height: window.height + more };
      const part = partAround(place, room, whole);
      expect(isWithin(place, window, part)).toBe(true);
      for (const value of Object.values(part)) expect(Number.isInteger(value)).toBe(true);
      expect(part.x + part.width).toBeLessThanOrEqual(whole.width);
      expect(part.y + part.height).toBeLessThanOrEqual(whole.height);
      expect(isWithin({ x: place.x + whole.width, y: place.y }, window, part)).toBe(false);
    }),
  );
});
