import { expect, test } from "vitest";
import { formatBytes, formatClock, formatDuration, formatRate } from "./format.ts";

test.each([
  [0, "0 s"],
  [1.5, "1.5 s"],
  [59.6, "1 min 0 s"],
  [78, "1 min 18 s"],
  [3600, "1 h 0 min"],
  [7380, "2 h 3 min"],
  [Number.POSITIVE_INFINITY, "–"],
])("a duration of %d s reads %s", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.0 KB"],
  [61_440, "61 KB"],
  [2_500_000_000, "2.5 GB"],
])("%d bytes read %s", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("clock and rate", () => {
  expect(formatClock(78.9)).toBe("1:18");
  expect(formatClock(Number.NaN)).toBe("0:00");
  expect([0.2444, 3.14, 27.4].map(formatRate)).toEqual(["0.24", "3.1", "27"]);
});
