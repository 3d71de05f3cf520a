/** Which part of an input is read. */

import type { ReadOptions } from "@tatami/core";
import { checkKnownOptions, checkNumber, TatamiError } from "@tatami/core";

/** Keys of {@link ReadOptions}. */
export const readKeys: readonly string[] = ["start", "end", "atKeyFrame", "onDamaged", "onChanged", "signal"];

/** The cut with its defaults: without a start, pictures before time 0 (an edit list's) are read too. */
export function resolveRead(options: ReadOptions): {
  readonly start: number;
  readonly end: number;
  readonly signal: AbortSignal | undefined;
} {
  checkKnownOptions("read", options, readKeys);
  const start = options.start === undefined ? -Infinity : checkNumber("read.start", options.start, 0);
  const end = options.end === undefined ? Infinity : checkNumber("read.end", options.end, 0);
  if (end <= start) {
    throw new TatamiError({
      code: "invalid-option",
      message: `read.end (${end} s) must be after read.start (${start} s).`,
      fix: "Swap them, or leave one out.",
      detail: { option: "read.end" },
    });
  }
  return { start, end, signal: options.signal };
}
