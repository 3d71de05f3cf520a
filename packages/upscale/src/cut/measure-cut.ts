/** How frames are best cut on an engine, by measurement. */

import type { PatchJob } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import type { Engine } from "@tatami/runtime";
import type { Grid } from "@tatami/patches";

/** A way to hand a frame to an engine. */
export interface Cut {
  readonly grid: Grid;
  /** Patches in one inference. */
  readonly batch: number;
}

/** What another cut has to take at most, of what the first one takes: a smaller gain may be chance. */
const worthChanging = 0.9;
/** Milliseconds after which no further cut is tried. */
const patience = 1000;

/**
 * The quickest of some cuts of one frame size. The first one stays unless another is a tenth quicker.
 *
 * @param time milliseconds a frame would take, by a cut
 */
export async function quickestCut(
  cuts: readonly Cut[],
  time: (cut: Cut) => Promise<number>,
  now: () => number = () => performance.now(),
): Promise<Cut> {
  const [first, ...others] = cuts as [Cut, ...Cut[]];
  if (others.length === 0) return first;
  const start = now();
  const firstTime = await time(first);
  let [chosen, least] = [first, firstTime * worthChanging];
  for (const cut of others) {
    if (now() - start > patience) break;
    const taken = await time(cut);
    if (taken < least) [chosen, least] = [cut, taken];
  }
  return chosen;
}

/**
 * Milliseconds that a frame would take, cut in this way: a few patches of it, all threads busy, are computed twice,
 * and the quicker time counts. Preparing comes first and does not count.
 *
 * @throws TatamiError what the engine failed with; `signal.reason`.
 */
export async function timeCut(
  engine: Engine,
  scale: number,
  { grid, batch }: Cut,
  signal?: AbortSignal,
): Promise<number> {
  const { patches, window, frame, extended } = grid;
  const executable = await engine.executable({ batch, ...window });
  const busy = Math.max(engine.backend.parallelPatches ?? 1, batch);
  const some = patches.slice(0, Math.min(patches.length, busy));
  const [source, target] = [createPlane(extended), createPlane(scaleSize(frame, scale))];
  const jobs = some.map((patch): PatchJob => ({ ...patch, source, target, fullRange: false }));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 2; round++) {
    const start = performance.now();
    await executable.run(jobs, signal);
    least = Math.min(least, performance.now() - start);
  }
  return least * Math.ceil(patches.length / some.length);
}
