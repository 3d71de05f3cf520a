/** Whole numbers from the command line. */

import { checkInteger, invalidOption } from "@tatami/core";

/** A parser of whole numbers within limits. */
export function parseInteger(minimum: number, maximum?: number): (text: string, flag: string) => number {
  return (text, flag) => {
    if (/^-?\d+$/.test(text)) return checkInteger(flag, Number(text), minimum, maximum);
    const rule =
      maximum === undefined
        ? `a whole number of at least ${minimum}`
        : `a whole number from ${minimum} to ${maximum}`;
    throw invalidOption(flag, rule, text);
  };
}
