import fc from "fast-check";
import { expect, test } from "vitest";
import { formatMoment, readingOf, withEnd, withStart } from "./cut.ts";

test("wherever its ends are moved to, a cut lies in the video and is not empty", () => {
  const moves = fc.array(fc.tuple(fc.boolean(), fc.double({ min: -50, max: 200, noNaN: true })), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(moves, fc.double({ min: 0.5, max: 100, noNaN: true }), (moved, duration) => {
      const step = 0.04;
      let cut = { start: 0, end: duration };
      for (const [isStart, to] of moved)
        cut = isStart ? withStart(cut, to, step) : withEnd(cut, to, step, duration);
      expect(cut.start).toBeGreaterThanOrEqual(0);
      expect(cut.end).toBeLessThanOrEqual(duration);
      expect(cut.end - cut.start).toBeGreaterThanOrEqual(step - 1e-9);
    }),
  );
});

test("a whole video is asked for without ends", () => {
  expect(readingOf({ start: 0, end: 5 }, 5)).toEqual({});
  expect(readingOf({ start: 1, end: 5 }, 5)).toEqual({ start: 1 });
  expect(readingOf({ start: 0, end: 4 }, 5)).toEqual({ end: 4 });
});

test.each([
  [0, "0:00.0"],
  [78.25, "1:18.2"],
  [0.3, "0:00.3"],
  [600.99, "10:00.9"],
])("%d s is %s", (seconds, text) => expect(formatMoment(seconds)).toBe(text));
