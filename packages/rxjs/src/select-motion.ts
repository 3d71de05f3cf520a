/** Frames in which enough has changed. */

import type { OptionRules, OverflowOptions, Picture, Plane } from "@tatami/core";
import {
  checkByRules,
  createPlane,
  integerRule,
  numberRule,
  overflowRules,
  resolveOverflow,
} from "@tatami/core";
import type { Grid, PatchMemory } from "@tatami/patches";
import { createPatchMemory, planGrid, resolveReuse, reuseRules } from "@tatami/patches";
import type { OperatorFunction } from "rxjs";
import { inOrder } from "./in-order.ts";
import { readLuma } from "./read-luma.ts";

/** Options of {@link selectMotion}. */
export interface SelectMotionOptions extends OverflowOptions {
  /** Share of patches, 0 to below 1, that must be exceeded. @defaultValue 0: one changed patch is enough */
  readonly limit?: number;
  /** Longest side of a patch in pixels. @defaultValue 64 */
  readonly patchSize?: number;
  /** Levels by which a single pixel may differ in a patch that has not changed. @defaultValue 24 */
  readonly maxDifference?: number;
  /** Levels by which such a patch may differ in the mean. @defaultValue 2 */
  readonly meanDifference?: number;
}

/** A frame with motion, and where it is. */
export interface MotionFrame<P extends Picture> {
  /** The frame as it came; the subscriber's to close. */
  readonly frame: P;
  /** For each patch of `grid`, whether it has changed. */
  readonly mask: readonly boolean[];
  /** The share of patches that have changed, from 0 to 1. */
  readonly share: number;
  /** Where the patches lie, in pixels: `grid.patches[i].kept` is what `mask[i]` is about. */
  readonly grid: Grid;
}

const rules: OptionRules<SelectMotionOptions> = {
  ...overflowRules,
  limit: numberRule(0, 1),
  patchSize: integerRule(8, 4096),
  maxDifference: reuseRules.maxDifference,
  meanDifference: reuseRules.meanDifference,
};

/**
 * Passes on frames in which more than a share of the patches has changed, and closes the others.
 *
 * A patch has changed when its luma differs from what it was when it last changed, not from the frame before: slow
 * drift adds up, noise below the limits never does. The first frame, and the first of another size, is all change.
 *
 * ```text
 * source    --a--a--b--b--c--|
 *             selectMotion()
 * result    --a-----b-----c--|
 * ```
 *
 * @example
 * ```ts
 * fromVideoFile("camera.mp4")
 *   .pipe(selectMotion({ limit: 0.05 }), map(({ frame }) => frame), upscaleFrames({ model }))
 *   .subscribe((frame) => frame.close());
 * ```
 *
 * @returns an operator that ends with `queue-overflow`, with `unsupported-feature` for VideoFrames of more than
 * 8 bits, or with `unsupported-environment` without WebAssembly SIMD.
 * @throws TatamiError `invalid-option`
 */
export function selectMotion<P extends Picture>(
  options: SelectMotionOptions = {},
): OperatorFunction<P, MotionFrame<P>> {
  checkByRules("options", options, rules);
  const { limit = 0, patchSize = 64 } = options;
  const { maxDifference, meanDifference } = resolveReuse("options", options);
  // patches that differ by little are never due again: age is no motion
  const reuse = { reuse: "bounded", maxDifference, meanDifference, maxAge: Number.MAX_SAFE_INTEGER } as const;

  return inOrder<P, MotionFrame<P>>({
    name: "selectMotion",
    overflow: resolveOverflow(options),
    discard: ({ frame }) => frame.close(),
    open: async () => {
      let memory: PatchMemory | undefined;
      const compare = async (luma: Plane): Promise<Omit<MotionFrame<P>, "frame">> => {
        if (!memory || !sameSize(memory.grid.frame, luma)) {
          const frame = { width: luma.width, height: luma.height };
          memory = await createPatchMemory(planGrid({ frame, patchSize, halo: 0 }), 1, reuse);
        }
        const { grid } = memory;
        const decided = memory.decide(luma);
        // nothing is computed from the patches here: what the memory fills in is thrown away
        memory.finish(decided, createPlane(grid.frame));
        const mask = decided.decisions.map((decision) => decision === "compute");
        return { mask, share: decided.computed / mask.length, grid };
      };
      return {
        take: async (frame) => {
          try {
            const change = await readLuma(frame, compare);
            if (change.share > limit) return { frame, ...change };
          } catch (error) {
            frame.close();
            throw error;
          }
          frame.close();
          return undefined;
        },
        close: async () => undefined,
      };
    },
  });
}

function sameSize(a: Omit<Plane, "data" | "stride">, b: Omit<Plane, "data" | "stride">): boolean {
  return a.width === b.width && a.height === b.height;
}
