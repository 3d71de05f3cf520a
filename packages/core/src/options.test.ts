import { describe, expect, it } from "vitest";
import { checkInteger, checkKnownOptions, checkNumber, checkOneOf } from "./options.ts";

const cases: [name: string, check: () => unknown, message: string][] = [
  [
    "a fraction",
    () => checkInteger("options.size", 1.5, 1),
    "options.size must be a whole number of at least 1, not 1.5.",
  ],
  [
    "too small",
    () => checkInteger("options.size", 0, 1, 9),
    "options.size must be a whole number from 1 to 9, not 0.",
  ],
  [
    "text",
    () => checkInteger("options.size", "7", 1),
    'options.size must be a whole number of at least 1, not "7".',
  ],
  [
    "not a number",
    () => checkNumber("options.rate", Number.NaN, 0),
    "options.rate must be a number of at least 0, not NaN.",
  ],
  [
    "too large",
    () => checkNumber("options.rate", 2, 0, 1),
    "options.rate must be a number from 0 to 1, not 2.",
  ],
  [
    "unknown word",
    () => checkOneOf("options.codec", "h264", ["avc", "av1"]),
    'options.codec must be one of avc, av1, not "h264".',
  ],
  [
    "unknown option",
    () => checkKnownOptions("options", { scal: 2 }, ["scale"]),
    "options.scal is not an option.",
  ],
];

describe("option checks", () => {
  it.each(cases)("say path, rule and value: %s", (_, check, message) => {
    expect(check).toThrow(message);
    try {
      check();
    } catch (error) {
      expect(error).toMatchObject({ code: "invalid-option", fix: expect.stringMatching(/[.?]$/) });
    }
  });

  it.each([
    ["scal", "scale"],
    ["scalee", "scale"],
    ["scala", "scale"],
    ["sacle", "scale"],
    ["Scale", "scale"],
  ])("find what %s was meant to be", (typed, meant) => {
    expect(() => checkKnownOptions("options", { [typed]: 2 }, ["size", meant, "strict"])).toThrow(
      expect.objectContaining({ fix: `Did you mean options.${meant}?` }),
    );
  });

  it("list what there is where nothing is near", () => {
    expect(() => checkKnownOptions("options", { sharpness: 2 }, ["size", "scale"])).toThrow(
      expect.objectContaining({ fix: "Use one of: size, scale." }),
    );
  });

  it("give right values back", () => {
    expect(checkInteger("x", 3, 1, 3)).toBe(3);
    expect(checkNumber("x", 0.5, 0, 1)).toBe(0.5);
    expect(checkOneOf("x", 2, [2, 4])).toBe(2);
    expect(() => checkKnownOptions("options", { scale: 1 }, ["scale"])).not.toThrow();
  });
});
