import { expect, test } from "vitest";
import { findChromium } from "../support/chromium.ts";

test("CHROME_PATH comes first", () => {
  expect(findChromium({ CHROME_PATH: process.execPath })).toBe(process.execPath);
});

test("a CHROME_PATH that cannot be run is an error with the path in it", () => {
  expect(() => findChromium({ CHROME_PATH: "/nowhere/chrome" })).toThrow("/nowhere/chrome");
});
