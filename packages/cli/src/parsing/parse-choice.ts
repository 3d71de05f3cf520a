/** One word, or several, of a closed set. */

import { checkOneOf } from "@tatami/core";

/** A parser of one of the choices. */
export function parseChoice<T extends string>(choices: readonly T[]): (text: string, flag: string) => T {
  return (text, flag) => checkOneOf(flag, text, choices);
}

/** A parser of one or more of the choices, joined by commas, in order of preference. */
export function parseChoices<T extends string>(
  choices: readonly T[],
): (text: string, flag: string) => readonly T[] {
  return (text, flag) => [...new Set(text.split(",").map((word) => checkOneOf(flag, word.trim(), choices)))];
}
