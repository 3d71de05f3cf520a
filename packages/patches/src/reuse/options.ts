/** When a patch may be reused. */

import type { OptionRules } from "@tatami/core";
import { checkOptions, checkRule, choiceRule, integerRule, numberRule, reuseModes } from "@tatami/core";

/**
 * `exact`: where the input, halo included, is the same bit for bit; the output then is too. `bounded`: also where it
 * differs by little, and the difference is carried over. `off`: never.
 */
export type ReuseMode = (typeof reuseModes)[number];

/** Limits of reuse. */
export interface ReuseOptions {
  /** @defaultValue "exact" */
  readonly reuse?: ReuseMode;
  /** Levels by which a single pixel may differ, `bounded` only. @defaultValue 24 */
  readonly maxDifference?: number;
  /** Levels by which a patch may differ in the mean, `bounded` only. @defaultValue 2 */
  readonly meanDifference?: number;
  /** Frames after which a patch that differs is computed again, `bounded` only. @defaultValue 50 */
  readonly maxAge?: number;
}

/** What each of {@link ReuseOptions} may be. */
export const reuseRules: OptionRules<ReuseOptions> = {
  reuse: choiceRule(reuseModes),
  maxDifference: integerRule(0, 255),
  meanDifference: numberRule(0, 255),
  maxAge: integerRule(1),
};

/** What of the limits may be moved while a stream runs; the mode may not. */
export type ReuseBounds = Omit<ReuseOptions, "reuse">;

/** {@link ReuseOptions} with nothing left open. */
export type ResolvedReuse = Required<ReuseOptions>;

/** Moves the limits of `reuse`, in place. @throws TatamiError `invalid-option`; nothing was moved then. */
export function moveReuseBounds(path: string, reuse: ResolvedReuse, bounds: ReuseBounds): void {
  const { maxDifference, meanDifference, maxAge } = { ...reuse, ...checkOptions(path, bounds) };
  Object.assign(reuse, resolveReuse(path, { reuse: reuse.reuse, maxDifference, meanDifference, maxAge }));
}

/** Fills in defaults; `path` is what messages call the options. @throws TatamiError `invalid-option`. */
export function resolveReuse(path: string, options: ReuseOptions): ResolvedReuse {
  const { reuse = "exact", maxDifference = 24, meanDifference = 2, maxAge = 50 } = options;
  const resolved = { reuse, maxDifference, meanDifference, maxAge };
  for (const [name, rule] of Object.entries(reuseRules))
    checkRule(`${path}.${name}`, resolved[name as keyof ReuseOptions], rule);
  return resolved;
}
