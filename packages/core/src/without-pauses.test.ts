import { expect, test } from "vitest";
import { withoutPauses } from "./without-pauses.ts";

const halfway = { framesDone: 60, framesPerSecond: 2, secondsLeft: 30, name: "a" };

test("rates and times to go are of the time in which there was work", () => {
  expect(withoutPauses(halfway, 15_000)).toEqual({ ...halfway, framesPerSecond: 4, secondsLeft: 15 });
  const { secondsLeft: _, ...endless } = halfway;
  expect(withoutPauses(endless, 15_000)).toEqual({ ...endless, framesPerSecond: 4 });
});

test("frames that were there already took no time", () => {
  const goneOn = { ...halfway, segments: { keptFrames: 30 } };
  expect(withoutPauses(goneOn, 7500)).toEqual({ ...goneOn, framesPerSecond: 4, secondsLeft: 15 });
});

test("without a pause, or a rate, it is as it was", () => {
  expect(withoutPauses(halfway, 0)).toBe(halfway);
  const begun = { framesDone: 0, framesPerSecond: 0 };
  expect(withoutPauses(begun, 9)).toBe(begun);
});
