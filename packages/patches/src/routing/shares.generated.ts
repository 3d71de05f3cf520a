/** Written by `packages/train/bench/routing/fit.ts`. */

/** Decibels that thresholds were fitted to. */
export const losses: readonly number[] = [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5];

/** By `smallest:smaller>larger` one threshold for each loss. */
export const calibrated: Readonly<Record<string, readonly number[]>> = {};
