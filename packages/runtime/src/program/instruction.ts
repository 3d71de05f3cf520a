/** Kernel calls before there are addresses. */

import type { Kernel } from "./plan.ts";
import type { Storage } from "./storage.ts";

/** What a call is given: a number, a place in memory, or the address of a table of them. */
export type Argument = number | Reference | { readonly table: readonly (number | Reference)[] };

/** A place in memory. */
export interface Reference {
  readonly storage: Storage;
  /** The address of its description, or of its first float (a picture's first pixel). */
  readonly as: "plane" | "data";
  /** Floats beyond the first. @defaultValue 0 */
  readonly offset?: number;
}

/** One call. */
export interface Instruction {
  readonly kernel: Kernel;
  readonly args: readonly Argument[];
  /** Everything it touches. */
  readonly touches: readonly Storage[];
  /** What it writes first of all. */
  readonly writes: Storage;
  /** What `writes` may lie in the place of, where this is the last that is seen of it. */
  readonly reuse: readonly Storage[];
}

/** A reference to the description of a picture, or of floats as one row. */
export function plane(storage: Storage): Reference {
  return { storage, as: "plane" };
}

/** A reference to floats. */
export function data(storage: Storage, offset = 0): Reference {
  return { storage, as: "data", offset };
}

/** The call. Arguments say what it touches. */
export function instruction(
  kernel: Kernel,
  args: readonly Argument[],
  writes: Storage,
  reuse: readonly Storage[] = [],
): Instruction {
  const touches = new Set<Storage>();
  for (const argument of args) {
    if (typeof argument === "number") continue;
    for (const each of "table" in argument ? argument.table : [argument]) {
      if (typeof each !== "number") touches.add(each.storage);
    }
  }
  return { kernel, args, touches: [...touches], writes, reuse };
}
