/** How frames are cut, worked out once for each size. */

import type { Size } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Grid } from "@tatami/patches";
import { planGrid } from "@tatami/patches";
import type { Engine } from "@tatami/runtime";
import type { Cut } from "./measure-cut.ts";
import { quickestCut, timeCut } from "./measure-cut.ts";
import { choosePatchSize, patchLimits, windowHalo } from "./patch-size.ts";

/** The cuts of an upscaler's frames. */
export interface Grids {
  /** Few patches when all are computed, smaller ones when some may be reused. */
  of(frame: Size, reusing: boolean): Cut;
  /**
   * Tries other cuts of this frame size on the engine, and keeps to the quickest. Does nothing where the caller chose,
   * or where it was done.
   */
  measure(frame: Size, signal: AbortSignal | undefined): Promise<void>;
}

/** What decides how frames are cut. */
export interface GridsInit {
  readonly engine: Engine;
  readonly model: Pick<Model, "halo" | "scale" | "alignment">;
  /** What was asked for; then nothing is measured. */
  readonly patchSize: number | undefined;
  readonly batchSize: number | undefined;
}

/** Batches that are tried on engines that do not spread patches over threads by themselves. */
const batches = [1, 4];

/** Nothing is cut or measured before it is asked for. */
export function createGrids({ engine, model, patchSize, batchSize }: GridsInit): Grids {
  const { scale, alignment } = model;
  const halo = windowHalo(model);
  const known = new Map<string, Cut>();
  const measured = new Map<string, Promise<void>>();
  const parallel = (): number => engine.backend.parallelPatches ?? 1;
  const keyOf = (...parts: unknown[]): string => [engine.backend.name, parallel(), ...parts].join();
  const cut = ({ width, height }: Size, reusing: boolean, limit?: number): Grid => {
    const frame = { width, height };
    const chosen = patchSize ?? choosePatchSize(frame, halo, parallel(), reusing, { limit, alignment });
    return planGrid({ frame, patchSize: chosen, halo, alignment });
  };
  const remember = (key: string, chosen: Cut): Cut => {
    // streams that change their size without end must not be remembered without end
    if (known.size >= 16) for (const map of [known, measured]) map.clear();
    known.set(key, chosen);
    return chosen;
  };
  const batchesToTry = (): readonly number[] => {
    if (batchSize !== undefined) return [batchSize];
    return engine.backend.parallelPatches === undefined ? batches : [1];
  };
  const measureNow = async (frame: Size, key: string, signal: AbortSignal | undefined): Promise<void> => {
    const sizes = patchSize === undefined ? patchLimits : [undefined];
    const wanted = batchesToTry();
    const cuts = distinct(sizes.map((limit) => cut(frame, false, limit))).flatMap((grid) =>
      wanted
        .filter((batch) => batch <= grid.patches.length || batch === wanted[0])
        .map((batch) => ({ grid, batch })),
    );
    remember(key, await quickestCut(cuts, (each) => timeCut(engine, scale, each, signal)));
  };
  return {
    of({ width, height }, reusing) {
      const key = keyOf(width, height, reusing);
      return (
        known.get(key) ?? remember(key, { grid: cut({ width, height }, reusing), batch: batchSize ?? 1 })
      );
    },
    measure({ width, height }, signal) {
      const key = keyOf(width, height, false);
      let measuring = measured.get(key);
      if (!measuring) {
        // an engine that fails here fails again where that is dealt with, and so is an abort
        measuring = measureNow({ width, height }, key, signal).catch(() => {});
        measured.set(key, measuring);
      }
      return measuring;
    },
  };
}

function distinct(grids: readonly Grid[]): readonly Grid[] {
  return [...new Map(grids.map((grid) => [grid.window.width * 8192 + grid.window.height, grid])).values()];
}
