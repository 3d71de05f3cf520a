/** How large patches are where nobody asked for a size. */

import type { Size } from "@tatami/core";
import { filterRadius } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { overlapOf, planGrid } from "@tatami/patches";

// Measured with `npm run bench:patches`: a patch's halo is computed twice, so large patches do best on every engine.
// Whole frames are no faster, their memory has no bound, and an abort would wait for a whole frame.
const largest = 384;
/** Limits that are tried by measurement, the likeliest first: an engine on a GPU may want larger ones. */
export const patchLimits: readonly number[] = [largest, 192, 1024];
const smallest = 96;
// What moves is rarely large: where patches are reused, smaller ones leave more to reuse than their halos cost.
const largestReused = 128;

/** Pixels that a window has beyond what is kept of it: as many as the model wants, and the filter that it is weighed against. */
export function windowHalo({ halo, alignment = 1 }: Pick<Model, "halo" | "alignment">): number {
  return Math.max(halo, Math.ceil(filterRadius / alignment) * alignment);
}

/** What bounds a patch beside its halo. */
export interface PatchBounds {
  /** The most it may be where all patches are computed, in pixels. @defaultValue 384 */
  readonly limit?: number | undefined;
  /** What it is to be a multiple of: the model's alignment. @defaultValue 1 */
  readonly alignment?: number | undefined;
}

/**
 * The longest side of a patch, within its bounds, that is thought to take the least time: what `parallel` threads
 * waste because the patches do not divide among them, weighed against what is computed twice.
 *
 * @param halo the model's, in pixels
 * @param parallel patches that are computed at once
 * @param reusing whether patches may be reused
 */
export function choosePatchSize(
  frame: Size,
  halo: number,
  parallel: number,
  reusing: boolean,
  { limit = largest, alignment = 1 }: PatchBounds = {},
): number {
  const fewest = Math.max(4 * halo, 2 * halo + alignment);
  const most = Math.max(reusing ? largestReused : limit, fewest);
  const first = most - (most % alignment);
  let [chosen, least] = [first, Number.POSITIVE_INFINITY];
  for (let patchSize = first; patchSize >= Math.max(smallest, fewest); patchSize -= alignment) {
    const grid = planGrid({ frame, patchSize, halo, alignment });
    const count = grid.patches.length;
    // the first layer computes all of the halo, the last none of it: half
    const cost = ((Math.ceil(count / parallel) * parallel) / count) * ((1 + overlapOf(grid)) / 2);
    if (cost < least) [chosen, least] = [patchSize, cost];
    // one thread wastes nothing, and smaller patches overlap more
    if (parallel === 1) break;
  }
  return chosen;
}
