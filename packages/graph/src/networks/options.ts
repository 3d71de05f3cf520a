/** The check that networks' shapes begin with. */

import { checkKnownOptions, invalidOption } from "@tatami/core";

/** A shape's options, not checked but for their names. @throws TatamiError `invalid-option` for others, and for no object. */
export function shapeOptions(given: unknown, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof given !== "object" || given === null) throw invalidOption("shape", "an object", given);
  checkKnownOptions("shape", given, known);
  return given as Readonly<Record<string, unknown>>;
}
