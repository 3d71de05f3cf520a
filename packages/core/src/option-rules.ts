/** What options may be, as data: checked by one function, and read by whoever turns options into flags, schemas or tables. */

import {
  checkInteger,
  checkKnownOptions,
  checkNumber,
  checkOneOf,
  checkOptions,
  invalidOption,
} from "./options.ts";

/** What one option's value may be. */
export type OptionRule =
  | { readonly kind: "integer" | "number"; readonly minimum: number; readonly maximum: number }
  | { readonly kind: "choice"; readonly choices: readonly (string | number)[] }
  | { readonly kind: "list"; readonly of: OptionRule }
  | { readonly kind: "boolean" | "text" | "function" | "signal" }
  /** What takes more than a word: `check` throws. */
  | { readonly kind: "own"; readonly check: (path: string, value: unknown) => void };

/** A rule for each option that there is: one that is added has to have one. */
export type OptionRules<O extends object> = { readonly [K in keyof O]-?: OptionRule };

/** Whole numbers within limits. */
export function integerRule(minimum: number, maximum: number = Number.MAX_SAFE_INTEGER): OptionRule {
  return { kind: "integer", minimum, maximum };
}

/** Finite numbers within limits. */
export function numberRule(minimum: number, maximum: number = Infinity): OptionRule {
  return { kind: "number", minimum, maximum };
}

/** One of a closed list. */
export function choiceRule(choices: readonly (string | number)[]): OptionRule {
  return { kind: "choice", choices };
}

/** At least one of what `of` says. */
export function listRule(of: OptionRule): OptionRule {
  return { kind: "list", of };
}

/** A rule that no word here says; `check` throws a TatamiError `invalid-option`. */
export function ownRule(check: (path: string, value: unknown) => void): OptionRule {
  return { kind: "own", check };
}

/** What is checked by whoever uses it: a driver looks at its input and output. */
export const uncheckedRule: OptionRule = ownRule(() => undefined);

/** @throws TatamiError `invalid-option` with the option's path, the rule and the value seen. */
export function checkRule(path: string, value: unknown, rule: OptionRule): void {
  switch (rule.kind) {
    case "integer":
      return void checkInteger(path, value, rule.minimum, rule.maximum);
    case "number":
      return void checkNumber(path, value, rule.minimum, rule.maximum);
    case "choice":
      return void checkOneOf(path, value, rule.choices);
    case "list":
      if (!Array.isArray(value) || value.length === 0)
        throw invalidOption(path, `a list of ${wordsOf(rule.of)}`, value);
      return value.forEach((each, index) => checkRule(`${path}[${index}]`, each, rule.of));
    case "own":
      return rule.check(path, value);
    default:
      if (!holds[rule.kind](value)) throw invalidOption(path, words[rule.kind], value);
  }
}

const holds = {
  boolean: (value: unknown): boolean => typeof value === "boolean",
  text: (value: unknown): boolean => typeof value === "string",
  function: (value: unknown): boolean => typeof value === "function",
  // of another realm too
  signal: (value: unknown): boolean => typeof value === "object" && value !== null && "aborted" in value,
};
const words = { boolean: "true or false", text: "a text", function: "a function", signal: "an AbortSignal" };

function wordsOf(rule: OptionRule): string {
  if (rule.kind === "choice") return rule.choices.join(", ");
  return rule.kind in words ? words[rule.kind as keyof typeof words] : "at least one";
}

/**
 * Checks options against a rule for each one there is; those that are not there, and those that are `undefined`, are not given.
 *
 * @param path what messages call the options
 * @param fix what to do where no options were given. @defaultValue that they are to be an object
 * @returns the options
 * @throws TatamiError `invalid-option` for what is no option, and what breaks its rule.
 */
export function checkByRules<O extends object>(
  path: string,
  given: O | undefined,
  rules: OptionRules<O>,
  fix?: string,
): O {
  const options = checkOptions(path, given, fix);
  checkKnownOptions(path, options, Object.keys(rules));
  for (const [name, value] of Object.entries(options) as [keyof O & string, unknown][])
    if (value !== undefined) checkRule(`${path}.${name}`, value, rules[name]);
  return options;
}
