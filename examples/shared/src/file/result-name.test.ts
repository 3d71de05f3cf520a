import { expect, test } from "vitest";
import { resultName } from "./result-name.ts";

test.each([
  ["frog.mp4", "480x320", undefined, "frog-480x320.mp4"],
  ["a.b.MKV", "x2", undefined, "a.b-x2.mkv"],
  ["old.avi", "x2", undefined, "old-x2.mp4"],
  ["frog-240x160.mp4", "480x320", undefined, "frog-480x320.mp4"],
  ["-1x1.mp4", "2x2", undefined, "-1x1-2x2.mp4"],
  ["frog.mp4", "480x320", "webm", "frog-480x320.webm"],
  [".hidden", "x2", undefined, ".hidden-x2.mp4"],
  ["noending", "x2", undefined, "noending-x2.mp4"],
])("%s marked %s in %s is saved as %s", (name, mark, container, expected) => {
  expect(resultName(name, mark, container)).toBe(expected);
});
