/** Numbers from the command line. */

import { checkNumber, invalidOption } from "@tatami/core";

/** A parser of numbers within limits. */
export function parseNumber(minimum: number, maximum?: number): (text: string, flag: string) => number {
  return (text, flag) => {
    if (/^[\d.]+(e-?\d+)?$/i.test(text)) return checkNumber(flag, Number(text), minimum, maximum);
    const rule =
      maximum === undefined ? `a number of at least ${minimum}` : `a number from ${minimum} to ${maximum}`;
    throw invalidOption(flag, rule, text);
  };
}

/** A parser of one number or several, with commas between. */
export function parseNumbers(minimum: number): (text: string, flag: string) => readonly number[] {
  const parse = parseNumber(minimum);
  return (text, flag) => text.split(",").map((each) => parse(each, flag));
}
