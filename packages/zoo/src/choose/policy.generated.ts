/** Written by `packages/train/bench/reading/fit.ts`. */

import type { Policy } from "./policy.ts";

/** By scale. */
export const policies: Readonly<Record<number, Policy>> = {};
