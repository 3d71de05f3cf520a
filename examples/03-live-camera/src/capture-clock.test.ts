import { expect, test } from "vitest";
import { createCaptureClock, createFrameTimes } from "./capture-clock.ts";

test("the least time on the way tells when a frame was seen", () => {
  const clock = createCaptureClock();
  clock.came(5, 100.3);
  clock.came(5.1, 100.2);
  clock.came(5.2, 100.5);
  expect(clock.seen(5.2)).toBeCloseTo(100.3);
});

test("a recording's times begin at 0 and rise", () => {
  const timeOf = createFrameTimes(10);
  expect([9.8, 9.9, 10.3, 10.3, 10.1, 11].map(timeOf)).toEqual([
    0,
    undefined,
    expect.closeTo(0.3),
    expect.closeTo(0.301),
    expect.closeTo(0.302),
    1,
  ]);
});
