/** The command line takes what the library takes: its ranges and lists stand beside the library's rules. */

import type { OptionRule } from "@tatami/core";
import { checkRule } from "@tatami/core";
import { encodingRules, upscaleRules } from "@tatami/upscale";
import { chooseRules } from "@tatami/zoo";
import { expect, test } from "vitest";
import { upscaleFlags } from "./upscale-flags.ts";

/** Flags that are called otherwise than their option. */
const optionOf: Readonly<Record<string, string>> = {
  backend: "backends",
  patch: "patchSize",
  batch: "batchSize",
  latency: "maxLatencyFrames",
};
const rules: Readonly<Record<string, OptionRule>> = { ...chooseRules, ...upscaleRules, ...encodingRules };

const pairs = Object.entries(upscaleFlags).flatMap(([name, flag]) => {
  const option = optionOf[name] ?? name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const rule = rules[option];
  // a scale is any that a model ships for, which the library sees with the size
  if (!rule || name === "scale" || !("parse" in flag)) return [];
  const parse = flag.parse as (text: string, flag: string) => unknown;
  const values = valuesOf(rule);
  return values.length === 0 ? [] : [{ name, rule, parse, values }];
});

/** At the limits of a rule, and right beyond them. */
function valuesOf(rule: OptionRule): readonly (string | number)[] {
  if (rule.kind === "choice") return [...rule.choices, "nonsense"];
  if (rule.kind === "list") return valuesOf(rule.of);
  if (rule.kind !== "integer" && rule.kind !== "number") return [];
  const { minimum, maximum } = rule;
  const most = maximum < Number.MAX_SAFE_INTEGER ? [maximum, maximum + 1] : [];
  return [...(minimum > 0 ? [minimum - 1] : []), minimum, ...most];
}

function takes(work: () => unknown): boolean {
  try {
    work();
    return true;
  } catch {
    return false;
  }
}

test.each(pairs)("$name takes what its option does, and no more", ({ name, rule, parse, values }) => {
  for (const value of values) {
    const given = rule.kind === "list" ? [value] : value;
    const isTaken = takes(() => parse(String(value), `--${name}`));
    expect([value, isTaken]).toEqual([value, takes(() => checkRule(name, given, rule))]);
  }
});

test("most flags of a closed list or a range are looked at", () => {
  expect(pairs.length).toBeGreaterThan(12);
});
