import { chromium } from "playwright-core";
import { expect, test } from "vitest";
import { findChromium } from "../support/browser/chromium.ts";

test("CHROME_PATH comes first", () => {
  expect(findChromium({ CHROME_PATH: process.execPath })).toBe(process.execPath);
});

test("a CHROME_PATH that cannot be run is an error with the path in it", () => {
  expect(() => findChromium({ CHROME_PATH: "/nowhere/chrome" })).toThrow("/nowhere/chrome");
});

test("Playwright's own comes before the system's", () => {
  const own = findChromium({}, () => true);
  expect(own).toBe(chromium.executablePath());
  const tried: string[] = [];
  findChromium({ PATH: "/opt/browsers" }, (path) => tried.push(path) < 0);
  expect(tried[0]).toBe(own);
  expect(tried.length).toBeGreaterThan(3);
});

test("where there is none, there is none", () => {
  expect(findChromium({}, () => false)).toBeUndefined();
});
