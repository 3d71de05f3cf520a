import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { OptionRule, OptionRules } from "./option-rules.ts";
import {
  checkByRules,
  checkRule,
  choiceRule,
  integerRule,
  listRule,
  numberRule,
  ownRule,
} from "./option-rules.ts";
import { invalidOption, withoutUndefined } from "./options.ts";

interface Some {
  readonly count?: number;
  readonly shape?: "round" | "square";
  readonly names?: readonly string[];
}
const rules: OptionRules<Some> = {
  count: integerRule(1, 9),
  shape: choiceRule(["round", "square"]),
  names: listRule({ kind: "text" }),
};

const broken: readonly (readonly [string, OptionRule, readonly unknown[], readonly unknown[], string])[] = [
  ["integers", integerRule(1, 9), [1, 9], [0, 10, 1.5, "3", null], "a whole number from 1 to 9"],
  ["numbers", numberRule(0), [0, 0.5], [-1, Number.NaN, "0"], "a number of at least 0"],
  ["choices", choiceRule(["a", 2]), ["a", 2], ["2", "b"], "one of a, 2"],
  ["lists", listRule(choiceRule(["a"])), [["a"]], [[], "a", undefined], "a list of a"],
  ["booleans", { kind: "boolean" }, [true, false], [0, "true", null], "true or false"],
  ["texts", { kind: "text" }, ["", "x"], [1, null], "a text"],
  ["functions", { kind: "function" }, [() => 1], [1, {}], "a function"],
  ["signals", { kind: "signal" }, [new AbortController().signal], [1, null, {}], "an AbortSignal"],
];

describe("checkRule", () => {
  it.each(broken)("takes %s, and refuses others by name and value", (_, rule, right, wrong, words) => {
    for (const value of right) expect(() => checkRule("options.it", value, rule)).not.toThrow();
    for (const value of wrong)
      expect(() => checkRule("options.it", value, rule)).toThrow(
        expect.objectContaining({
          code: "invalid-option",
          message: expect.stringContaining(`options.it must be ${words}, not `),
        }),
      );
  });

  it("says which of a list is wrong, and asks a rule of one's own", () => {
    expect(() => checkRule("options.names", ["a", 1], rules.names)).toThrow(
      "options.names[1] must be a text",
    );
    const even = ownRule((path, value) => {
      if (Number(value) % 2 !== 0) throw invalidOption(path, "even", value);
    });
    expect(() => checkRule("options.it", 3, even)).toThrow("options.it must be even, not 3.");
    expect(() => checkRule("options.it", 4, even)).not.toThrow();
  });
});

describe("checkByRules", () => {
  it("gives right options back as they are, absent and undefined ones too", () => {
    const right = fc.record(
      { count: fc.integer({ min: 1, max: 9 }), shape: fc.constantFrom("round", "square") },
      { requiredKeys: [] },
    );
    fc.assert(fc.property(right, (options) => checkByRules("options", options as Some, rules) === options));
    expect(checkByRules<object>("options", { count: undefined }, rules)).toEqual({ count: undefined });
  });

  it("refuses what is no option, and what are no options", () => {
    expect(() => checkByRules("options", { cuont: 1 } as Some, rules)).toThrow(
      "options.cuont is not an option.",
    );
    for (const none of [undefined, null, 7, "x", [], new Uint8Array(3)])
      expect(() => checkByRules("options", none as never, rules, "Give some.")).toThrow(
        expect.objectContaining({ code: "invalid-option", fix: "Give some." }),
      );
  });
});

describe("withoutUndefined", () => {
  it("keeps what is given, null and false too", () => {
    expect(Object.keys(withoutUndefined({ a: undefined, b: null, c: false, d: 0 }))).toEqual(["b", "c", "d"]);
  });
});
