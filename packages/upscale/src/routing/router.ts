/**
 * Cells of a frame by the network that they need. The smallest network computes what has to be computed at all; where what it
 * adds to the bicubic filter has much energy, larger ones compute anew, over windows that cover many cells at once.
 */

import type { AnyPlane, PatchJob, Rect, Size } from "@tatami/core";
import { bitsOf } from "@tatami/core";
import type { CellMeter, CoverCost, Grid } from "@tatami/patches";
import {
  cellSide,
  cellsOf,
  costOf,
  createCellMeter,
  energiesAbove,
  planCover,
  usualCover,
} from "@tatami/patches";
import type { Cut } from "../cut/measure-cut.ts";
import type { Infer } from "../frames/luma-runner.ts";
import type { Rung } from "./ladder.ts";

/** Sides of what is kept of the windows that routed cells are computed in. */
const keptSides: readonly number[] = [32, 64, usualCover.longest];
/** Energies are measured in the studio range. */
const fullRangeGain = (255 / 219) ** 2;
/** Cells of patches that were not computed now. */
const notComputed = 255;

/** One frame's luma and where the larger one goes. Frames of one call have one size, one depth and one strength. */
export interface LumaFrame {
  readonly source: AnyPlane;
  readonly target: AnyPlane;
  readonly fullRange: boolean;
  /** How much of what the model adds to the bicubic filter is used. */
  readonly strength: number;
}

/** Which network made each cell of a frame: 0 is the smallest, 255 what was not computed. */
export type CellRungs = Uint8Array;

/** Sends cells up the ladder. */
export interface Router {
  /** What is computed next, for the loss of now. */
  begin(): RoutedBatch;
}

/** Some frames' cells, sent up the ladder for the same loss. */
export interface RoutedBatch {
  /** The network that computes whatever must be computed: the largest whose factor is 0, else the smallest. */
  readonly infer: Infer;
  /**
   * Computes hard cells of frames anew, all frames' at once, after {@link RoutedBatch.infer} has computed those patches of the grid.
   *
   * @param frames of the grid's extended size and one strength
   * @param computed for each frame the patches that were computed
   */
  refine(
    frames: readonly LumaFrame[],
    cut: Cut,
    computed: readonly (readonly number[])[],
    signal: AbortSignal | undefined,
  ): Promise<readonly CellRungs[]>;
}

/** How many cells each of `rungs` networks made. */
export function countCells(cells: CellRungs, rungs: number): readonly number[] {
  const counts = Array.from({ length: rungs }, () => 0);
  for (const rung of cells) if (rung !== notComputed) counts[rung]!++;
  return counts;
}

/** @param factorsNow how much energy sends cells to each network but the smallest, see `routingFactors`; asked for with every batch */
export function createRouter(rungs: readonly Rung[], factorsNow: () => readonly number[]): Router {
  const context = Math.max(usualCover.context, ...rungs.map(({ model }) => model.alignment ?? 1));
  const coverCost: CoverCost = { ...usualCover, context };
  let meter: CellMeter | undefined;
  /** Of the samples that the meter is for. */
  let bits: number | undefined;
  /** Energies of the last frame, those of patches that were not computed as they were. */
  let known: Float32Array | undefined;
  const meterOf = async (grid: Grid, { source }: LumaFrame): Promise<CellMeter> => {
    if (meter?.grid !== grid || bits !== bitsOf(source)) {
      bits = bitsOf(source);
      meter = await createCellMeter(grid, rungs[0]!.model.scale, bits);
    }
    return meter;
  };
  const refine = async (
    { factors, base }: { readonly factors: readonly number[]; readonly base: number },
    ...[frames, cut, computed, signal]: Parameters<RoutedBatch["refine"]>
  ): Promise<readonly CellRungs[]> => {
    const { grid } = cut;
    const made = computed.map((patches) => startCells(grid, patches, base));
    if (base === rungs.length - 1 || frames[0]!.strength === 0) return made;
    const measured = await meterOf(grid, frames[0]!);
    frames.forEach((frame, index) => {
      const cells = made[index]!;
      const energies = measured.measure(frame.source, frame.target, computed[index]!);
      if (known?.length !== energies.length) known = new Float32Array(energies.length);
      energies.forEach((energy, cell) => {
        if (cells[cell] !== notComputed) known![cell] = energy;
      });
      const unit = frame.strength ** 2 * (frame.fullRange ? fullRangeGain : 1);
      const above = energiesAbove(known, factors, unit);
      energies.forEach((energy, cell) => {
        if (cells[cell] === notComputed) return;
        cells[cell] = Math.max(base, above.findLastIndex((threshold) => energy > threshold) + 1);
      });
    });
    for (let rung = base + 1; rung < rungs.length; rung++) {
      const jobs = frames.flatMap((frame, index) =>
        jobsFor(rung, frame, grid, made[index]!, computed[index]!, coverCost),
      );
      await runByWindow(rungs[rung]!.infer, jobs, cut, context, signal);
    }
    return made;
  };
  return {
    begin: () => {
      const factors = factorsNow();
      const base = baseOf(factors);
      return {
        infer: rungs[base]!.infer,
        refine: (frames, cut, computed, signal) => refine({ factors, base }, frames, cut, computed, signal),
      };
    },
  };
}

function baseOf(factors: readonly number[]): number {
  return factors.findLastIndex((factor) => factor <= 0) + 1;
}

function startCells(grid: Grid, patches: readonly number[], base: number): CellRungs {
  const { columns, rows } = cellsOf(grid.frame);
  const cells = new Uint8Array(columns * rows).fill(notComputed);
  for (const index of patches) markCells(cells, columns, grid.patches[index]!.kept, () => base);
  return cells;
}

function markCells(cells: CellRungs, columns: number, rect: Rect, mark: (before: number) => number): void {
  const [right, bottom] = [rect.x + rect.width, rect.y + rect.height];
  for (let row = Math.floor(rect.y / cellSide); row * cellSide < bottom; row++)
    for (let column = Math.floor(rect.x / cellSide); column * cellSide < right; column++) {
      const cell = row * columns + column;
      cells[cell] = mark(cells[cell]!);
    }
}

/** What one network computes of a frame; what else lies in its rectangles is noted as made by it, too. */
function jobsFor(
  rung: number,
  frame: LumaFrame,
  grid: Grid,
  cells: CellRungs,
  computed: readonly number[],
  coverCost: CoverCost,
): readonly PatchJob[] {
  const { context, overhead } = coverCost;
  const { columns } = cellsOf(grid.frame);
  const rects = planCover(grid.frame, (cell) => cells[cell] === rung, coverCost);
  if (rects.length === 0) return [];
  const cost = rects.reduce((sum, rect) => sum + costOf(rect, context, overhead, grid.frame), 0);
  const raise = (before: number): number => (before === notComputed ? before : Math.max(before, rung));
  // so much is hard that the patches as they are cost less
  if (cost >= computed.length * grid.window.width * grid.window.height)
    return computed.map((index) => {
      markCells(cells, columns, grid.patches[index]!.kept, raise);
      return { ...grid.patches[index]!, ...frame };
    });
  return rects.map((kept) => {
    markCells(cells, columns, kept, raise);
    return { ...frame, kept, window: windowAround(kept, context, grid.extended) };
  });
}

function windowAround(rect: Rect, context: number, { width: right, height: bottom }: Size): Rect {
  const { x, y, width, height } = rect;
  const [left, top] = [Math.max(0, x - context), Math.max(0, y - context)];
  return {
    x: left,
    y: top,
    width: Math.min(right, x + width + context) - left,
    height: Math.min(bottom, y + height + context) - top,
  };
}

/** Jobs in the smallest of the windows that holds each, so that batches are full and few shapes are prepared. */
async function runByWindow(
  infer: Infer,
  jobs: readonly PatchJob[],
  { grid, batch }: Cut,
  context: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  const { extended } = grid;
  const groups = new Map<string, { readonly window: Size; readonly jobs: PatchJob[] }>();
  for (const job of jobs) {
    const needed = Math.max(job.window.width, job.window.height);
    const side = keptSides.map((each) => each + 2 * context).find((each) => each >= needed);
    const window =
      side === undefined
        ? grid.window
        : { width: Math.min(side, extended.width), height: Math.min(side, extended.height) };
    const key = `${window.width}×${window.height}`;
    const group = groups.get(key) ?? { window, jobs: [] };
    group.jobs.push(job);
    groups.set(key, group);
  }
  for (const { window, jobs: some } of groups.values())
    await infer(some, { grid: { window }, batch }, signal);
}
