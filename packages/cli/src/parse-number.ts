/** Numbers from the command line. */

import { checkNumber, invalidOption } from "@tatami/core";

/** A parser of numbers of at least `minimum`. */
export function parseNumber(minimum: number): (text: string, flag: string) => number {
  return (text, flag) => {
    if (/^[\d.]+(e-?\d+)?$/i.test(text)) return checkNumber(flag, Number(text), minimum);
    throw invalidOption(flag, `a number of at least ${minimum}`, text);
  };
}
