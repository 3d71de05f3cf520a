import type { MediaDescription } from "@tatami/core";
import { expect, test } from "vitest";
import { describeEstimate, estimate } from "./estimate.ts";

const description = {
  duration: 10,
  video: { frameCount: 250, frameRate: 25, bitrate: 800_000 },
} as MediaDescription;
const whole = { start: 0, end: 10 };

test("time is a frame's times the frames', and size the pictures' and the sound's", () => {
  const known = { description, fileSize: 1_100_000, cut: whole, frameMs: 40, bitrate: 4_000_000 };
  expect(estimate(known)).toEqual({ seconds: 10, bytes: 5_000_000 + 100_000 });
  expect(estimate({ ...known, cut: { start: 2, end: 7 } })).toEqual({ seconds: 5, bytes: 2_550_000 });
});

test("what is not known is not said", () => {
  expect(estimate({ description, fileSize: 1, cut: whole })).toEqual({});
  const endless = { ...description, duration: Infinity } as MediaDescription;
  expect(estimate({ description: endless, fileSize: 1, cut: whole, frameMs: 1, bitrate: 1 })).toEqual({});
  expect(describeEstimate({})).toBe("");
});

test("rates of pictures alone, and of neither", () => {
  const video = { ...description.video, frameCount: null };
  const rated = { ...description, video };
  expect(estimate({ description: rated, fileSize: 1, cut: whole, frameMs: 4 }).seconds).toBe(1);
  const unknown = { ...description, video: { ...video, frameRate: null } };
  expect(estimate({ description: unknown, fileSize: 1, cut: whole, frameMs: 4 }).seconds).toBeUndefined();
});

test.each([
  [{ seconds: 0.2, bytes: 61_440 }, "About 1 s and 61 KB"],
  [{ seconds: 83.4 }, "About 1 min 23 s"],
  [{ seconds: 4321, bytes: 2_345_678_000 }, "About 1 h 11 min and 2.3 GB"],
])("%j reads %s", (known, text) => expect(describeEstimate(known)).toBe(text));
