import { resolve } from "node:path";
import { expect, test } from "vitest";
import { readOptions } from "./options.ts";

test("what is left out is a default; relative folders begin where it was called", () => {
  expect(readOptions(["cameras"], "/home/me")).toMatchObject({
    from: resolve("/home/me/cameras"),
    to: resolve("/home/me/cameras/upscaled"),
    model: "m5-x2-camera",
    quality: 75,
    jobs: 1,
  });
  const options = readOptions(["cameras", "-o", "larger", "-j", "64", "-q", "60", "-m", "m3-x2"], "/home/me");
  expect(options).toMatchObject({
    to: resolve("/home/me/larger"),
    model: "m3-x2",
    quality: 60,
    jobs: 64,
  });
  // every recording has a thread, however many there are at once
  expect(options).toHaveProperty(
    "threads",
    expect.toSatisfy((threads: number) => threads >= 1),
  );
  expect(readOptions(["--help"], "/")).toBe("help");
});

test.each([
  [[], "One folder is needed, not 0."],
  [["one", "two"], "One folder is needed, not 2."],
  [[".", "--jobs", "many"], "--jobs"],
  [[".", "--quality", "0"], "--quality"],
  [[".", "--model", "m6-x2"], "There is no model m6-x2; there are "],
  [[".", "--sharpen"], "--sharpen"],
])("%j is refused with what to do", (words, expected) => {
  expect(() => readOptions(words, "/")).toThrow(
    expect.objectContaining({
      code: "invalid-option",
      message: expect.stringContaining(expected),
      fix: expect.stringMatching(/\.$/),
    }),
  );
});
