import { expect, test } from "vitest";
import { restoreAspectRatio } from "./pixel-aspect.ts";

test.each([
  [800, 640, 1138, 640, 64, 45],
  [720, 576, 720, 576, 1, 1],
  [640, 360, 1280, 360, 2, 1],
  [720, 480, 720, 540, 8, 9],
])(
  "%i×%i shown at %i×%i has pixels of %i:%i",
  (width, height, squareWidth, squareHeight, numerator, denominator) => {
    const read = { numerator: squareWidth * height, denominator: squareHeight * width };
    const found = restoreAspectRatio({ width, height }, { width: squareWidth, height: squareHeight }, read);
    expect(found).toEqual({ numerator, denominator });
  },
);

test("a ratio of no standard is kept as read", () => {
  const read = { numerator: 123, denominator: 100 };
  expect(restoreAspectRatio({ width: 100, height: 100 }, { width: 123, height: 100 }, read)).toBe(read);
});
