/** How frames are cut, worked out once for each size. */

import type { Size } from "@tatami/core";
import type { Grid } from "@tatami/patches";
import { planGrid } from "@tatami/patches";
import { choosePatchSize } from "./patch-size.ts";

/**
 * Cuts frames: into few patches when all are computed, into smaller ones when some may be reused.
 *
 * @param patchSize what was asked for; then it holds for both
 * @param parallel patches that the engine computes at once
 */
export function createGrids(
  halo: number,
  patchSize: number | undefined,
  parallel: () => number,
): (frame: Size, reusing: boolean) => Grid {
  const known = new Map<string, Grid>();
  return ({ width, height }, reusing) => {
    const key = [width, height, patchSize ?? reusing, parallel()].join();
    const found = known.get(key);
    if (found) return found;
    const frame = { width, height };
    const size = patchSize ?? choosePatchSize(frame, halo, parallel(), reusing);
    const grid = planGrid({ frame, patchSize: size, halo });
    // streams that change their size without end must not be remembered without end
    if (known.size >= 16) known.clear();
    known.set(key, grid);
    return grid;
  };
}
