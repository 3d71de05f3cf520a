/** Clocks that jump, as lists of packets. */

import { expect, test } from "vitest";
import type { PacketTime } from "./rising-times.ts";
import { createSoundTimes, riseTimes } from "./rising-times.ts";

/** Packets in the order decoded, as hundredths of a second; the first is a key picture, and those after `K`. */
function packets(...hundredths: readonly (number | "K")[]): readonly PacketTime[] {
  return hundredths.flatMap((time, index) => {
    if (time === "K") return [];
    const isKey = index === 0 || hundredths[index - 1] === "K";
    return [{ timestamp: time / 100, type: isKey ? ("key" as const) : ("delta" as const) }];
  });
}

const rounded = (times: readonly number[]): readonly number[] => times.map((time) => Math.round(time * 100));

test("pictures that are only reordered are no jump", () => {
  const { times, seams } = riseTimes(packets(0, 16, 8, 4, 12, "K", 32, 24, 20, 28));
  expect(rounded(times)).toEqual([0, 4, 8, 12, 16, 20, 24, 28, 32]);
  expect(seams).toEqual([]);
});

test("recordings joined one after the other go on rising, a picture apart", () => {
  const { times, seams } = riseTimes(packets(100, 108, 104, "K", 100, 108, 104, "K", 40, 48, 44));
  expect(rounded(times)).toEqual([100, 104, 108, 112, 116, 120, 124, 128, 132]);
  expect(seams.map(({ before, after, offset }) => rounded([before, after, offset]))).toEqual([
    [108, 100, 12],
    [108, 40, 84],
  ]);
});

test("a jump forward by hours leaves no hole, and a gap of a minute stays one", () => {
  expect(rounded(riseTimes(packets(0, 4, 8, 6_000_000, 6_000_004)).times)).toEqual([0, 4, 8, 12, 16]);
  expect(rounded(riseTimes(packets(0, 4, 8, 6008)).times)).toEqual([0, 4, 8, 6008]);
});

test("what is decoded before the first key picture, or shown before it, has no time", () => {
  const open = packets(0, 8, 4, "K", 20, 12, 16, 24).slice(1);
  expect(rounded(riseTimes(open).times)).toEqual([20, 24]);
});

test("sound goes along at the pictures' seams, and is not told of them twice", () => {
  const told: number[] = [];
  const seams = [{ before: 3.44, after: 1.48, offset: 2 }];
  const timeOf = createSoundTimes(seams, (at) => told.push(at));
  expect([3.42, 3.45, 1.46, 1.49].map((time) => Math.round(100 * timeOf(time, 0.03)))).toEqual([
    342, 345, 346, 349,
  ]);
  expect(told).toEqual([]);
});

test("sound that steps back alone waits until its clock has come up, and is told once", () => {
  const told: (readonly [number, number])[] = [];
  const timeOf = createSoundTimes([], (at, step) => told.push([at, Math.round(100 * step)]));
  const times = [1, 1.02, 1.04, 0.96, 0.98, 1, 1.02, 1.04, 1.06].map((time) => timeOf(time, 0.02));
  expect(times).toEqual(times.toSorted((a, b) => a - b));
  expect(new Set(times).size).toBe(times.length);
  expect(times[7]).toBeCloseTo(1.04, 3);
  expect(times.at(-1)).toBe(1.06);
  expect(told).toEqual([[0.96, -8]]);
});

test("sound that steps back by minutes goes on where it was", () => {
  const timeOf = createSoundTimes([], () => {});
  expect([200, 200.02, 10, 10.02].map((time) => Math.round(100 * timeOf(time, 0.02)))).toEqual([
    20_000, 20_002, 20_004, 20_006,
  ]);
});
