/** Luma of some frames at once: what must be computed goes into one inference, the rest is reused. */

import type { PatchJob, Size } from "@tatami/core";
import { bitsOf } from "@tatami/core";
import type { BreakEven, Grid, PatchDecision, PatchMemory, ResolvedReuse, ReuseCost } from "@tatami/patches";
import { createBreakEven, createPatchMemory, extendPlane, overlapOf } from "@tatami/patches";
import type { Grids } from "../cut/grids.ts";
import type { Cut } from "../cut/measure-cut.ts";
import type { Infer } from "./luma-runner.ts";
import type { CellRungs, LumaFrame, Router } from "../routing/router.ts";
import type { StageListener } from "../progress/stage-timer.ts";
import { timed } from "../progress/stage-timer.ts";

/** How a frame's luma came about. */
export interface LumaOutcome {
  readonly grid: Grid;
  /** One for each patch of the grid. */
  readonly decisions: readonly PatchDecision[];
  /** Which network made each cell; none where there is but one. */
  readonly cells?: CellRungs;
}

/** One stream's luma. Its calls are carried out one after another. */
export interface LumaStage {
  run(
    frames: readonly LumaFrame[],
    signal: AbortSignal | undefined,
    onStage: StageListener | undefined,
  ): Promise<readonly LumaOutcome[]>;
  /** Forgets earlier frames. */
  reset(): void;
}

/** What a stage works with. */
export interface LumaStageInit {
  readonly infer: Infer;
  /** Sends hard cells to larger networks, in place of `infer` alone. */
  readonly router?: Router | undefined;
  readonly scale: number;
  readonly reuse: ResolvedReuse;
  /** How frames are cut. */
  readonly grids: Pick<Grids, "of">;
}

/** A stream's beginning. */
export function createLumaStage(init: LumaStageInit): LumaStage {
  const { reuse, grids } = init;
  const memory = createStreamMemory(init);
  let breakEven: BreakEven | undefined;
  let strength: number | undefined;
  // the chain is the queue; its callers bound it
  let busy: Promise<unknown> = Promise.resolve();

  const enlarge = async (batch: LumaBatch): Promise<readonly LumaOutcome[]> => {
    const { frames, onStage } = batch;
    // what was kept is of the strength it was computed with
    if (frames[0]!.strength !== strength) memory.forget();
    strength = frames[0]!.strength;
    if (reuse.reuse !== "off") {
      breakEven ??= createBreakEven(advantageOf(grids, frames[0]!.source));
      if (breakEven.on) {
        const { outcomes, cost } = await reuseSome(init, memory, batch);
        breakEven?.measured(cost);
        return outcomes;
      }
    }
    // what was kept grows old while nobody looks
    memory.forget();
    const listen: StageListener = (stage, milliseconds) => {
      breakEven?.passed(frames.length, milliseconds);
      onStage?.(stage, milliseconds);
    };
    return computeAll(init, { ...batch, onStage: listen });
  };

  return {
    run(frames, signal, onStage) {
      const result = busy.then(() => enlarge({ frames, signal, onStage }));
      busy = result.catch(() => {});
      return result;
    },
    reset() {
      memory.forget();
      breakEven = undefined;
    },
  };
}

/** Frames of one call. */
interface LumaBatch {
  readonly frames: readonly LumaFrame[];
  readonly signal: AbortSignal | undefined;
  readonly onStage: StageListener | undefined;
}

/** What is kept of a stream, for as long as its frames are cut and stored alike. */
interface StreamMemory {
  of(grid: Grid, frame: LumaFrame): Promise<PatchMemory>;
  /** Forgets the frames, not how they were cut. */
  forget(): void;
}

function createStreamMemory({ scale, reuse }: LumaStageInit): StreamMemory {
  let memory: PatchMemory | undefined;
  /** Of the samples that the memory is for. */
  let bits: number | undefined;
  return {
    of: async (grid, { source }) => {
      if (memory?.grid !== grid || bits !== bitsOf(source)) {
        bits = bitsOf(source);
        memory = await createPatchMemory(grid, scale, reuse, bits);
      }
      return memory;
    },
    forget: () => memory?.reset(),
  };
}

/** Every patch of every frame. */
async function computeAll(init: LumaStageInit, batch: LumaBatch): Promise<readonly LumaOutcome[]> {
  const { frames, signal, onStage } = batch;
  const cut = init.grids.of(frames[0]!.source, false);
  const { grid } = cut;
  const extended = frames.map((frame) => extend(frame, grid));
  const every = [...grid.patches.keys()];
  const all = frames.map(() => every);
  const made = await timed(onStage, "infer", () => compute(init, extended, cut, all, signal));
  const decisions = grid.patches.map((): PatchDecision => "compute");
  return made.map((each) => ({ grid, decisions, ...each }));
}

/** Those patches that differ from what is kept; and what that took. */
async function reuseSome(
  init: LumaStageInit,
  memory: StreamMemory,
  { frames, signal, onStage }: LumaBatch,
): Promise<{ readonly outcomes: readonly LumaOutcome[]; readonly cost: ReuseCost }> {
  const cut = init.grids.of(frames[0]!.source, true);
  const { grid } = cut;
  let spent = 0;
  let inferring = 0;
  const listen: StageListener = (stage, milliseconds) => {
    if (stage === "infer") inferring += milliseconds;
    else spent += milliseconds;
    onStage?.(stage, milliseconds);
  };
  const kept = await memory.of(grid, frames[0]!);
  const extended = frames.map((frame) => extend(frame, grid));
  const decided = await timed(listen, "split", () => extended.map(({ source }) => kept.decide(source)));
  const patches = decided.map(({ decisions }) =>
    decisions.flatMap((decision, index) => (decision === "compute" ? [index] : [])),
  );
  const computed = patches.reduce((sum, some) => sum + some.length, 0);
  let made: readonly Pick<LumaOutcome, "cells">[] = frames.map(() => ({}));
  try {
    if (computed > 0)
      made = await timed(listen, "infer", () => compute(init, extended, cut, patches, signal));
  } catch (error) {
    // frames that build upon others go first
    for (const each of decided.toReversed()) kept.drop(each);
    throw error;
  }
  await timed(listen, "assemble", () =>
    decided.forEach((each, index) => kept.finish(each, frames[index]!.target)),
  );
  const count = frames.length * grid.patches.length;
  return {
    outcomes: decided.map(({ decisions }, index) => ({ grid, decisions, ...made[index]! })),
    cost: { reuse: spent, infer: inferring, computed, patches: count, frames: frames.length },
  };
}

/** Patches that must be computed, by the network that each of their cells needs. */
async function compute(
  { infer, router }: LumaStageInit,
  frames: readonly LumaFrame[],
  cut: Cut,
  patches: readonly (readonly number[])[],
  signal: AbortSignal | undefined,
): Promise<readonly Pick<LumaOutcome, "cells">[]> {
  const jobs = frames.flatMap((frame, index) =>
    patches[index]!.map((patch): PatchJob => ({ ...cut.grid.patches[patch]!, ...frame })),
  );
  const routed = router?.begin();
  await (routed?.infer ?? infer)(jobs, cut, signal);
  if (!routed) return frames.map(() => ({}));
  return (await routed.refine(frames, cut, patches, signal)).map((cells) => ({ cells }));
}

/** How much less it takes to compute a whole frame: about half of what patches overlap by is computed twice. */
function advantageOf(grids: LumaStageInit["grids"], frame: Size): number {
  const overlap = (reusing: boolean): number => overlapOf(grids.of(frame, reusing).grid);
  return (1 + overlap(false)) / (1 + overlap(true));
}

/** The frame as windows see it: of a size that keeps to the alignment. */
function extend(frame: LumaFrame, { extended }: Grid): LumaFrame {
  return { ...frame, source: extendPlane(frame.source, extended) };
}
