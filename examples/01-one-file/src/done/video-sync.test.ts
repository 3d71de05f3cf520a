import { expect, test } from "vitest";
import { correctedRate } from "./video-sync.ts";

test("less than half a frame apart is left alone", () => {
  expect(correctedRate(1, 0.01)).toBe(1);
  expect(correctedRate(2, -0.01)).toBe(2);
});

test("a follower ahead slows down, one behind speeds up, by a quarter at most", () => {
  expect(correctedRate(1, 0.05)).toBeCloseTo(0.9);
  expect(correctedRate(1, -0.05)).toBeCloseTo(1.1);
  expect(correctedRate(1, 5)).toBeCloseTo(0.75);
  expect(correctedRate(2, -5)).toBeCloseTo(2.5);
});
