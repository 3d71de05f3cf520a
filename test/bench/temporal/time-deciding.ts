/** What it takes to find out which patches have changed. */

import type { Planes, Size } from "@tatami/core";
import { createPlane, scaleSize } from "@tatami/core";
import type { ReuseMode } from "@tatami/patches";
import { createPatchMemory, planGrid, resolveReuse } from "@tatami/patches";

/** How patches are cut and remembered. */
export interface DecidingOptions {
  readonly reuse: ReuseMode;
  readonly patchSize: number;
  readonly halo: number;
  readonly scale: number;
}

const rounds = 3;

/** Milliseconds a frame, the least of some rounds: its luma is copied to the kernels' memory and compared. */
export async function timeDeciding(
  frames: readonly Planes[],
  { reuse, patchSize, halo, scale }: DecidingOptions,
): Promise<number> {
  const { width, height } = frames[0]!.luma;
  const frame: Size = { width, height };
  const memory = await createPatchMemory(
    planGrid({ frame, patchSize, halo }),
    scale,
    resolveReuse("options", { reuse }),
  );
  const target = createPlane(scaleSize(frame, scale));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    let spent = 0;
    for (const { luma } of frames) {
      const start = performance.now();
      const decided = memory.decide(luma);
      spent += performance.now() - start;
      memory.finish(decided, target);
    }
    least = Math.min(least, spent / frames.length);
  }
  return least;
}
