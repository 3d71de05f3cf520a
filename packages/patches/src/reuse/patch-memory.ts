/**
 * What was computed for each patch and from what, so that a patch that has not changed need not be computed again.
 * A patch is compared with the input it was last *computed* from, never with the frame before: so error cannot creep.
 */

import type { AnyPlane, Size } from "@tatami/core";
import { copyRows, rowsOf, scaleSize } from "@tatami/core";
import type { BytePlane, ReuseKernels } from "@tatami/kernels";
import { createReuseKernels } from "@tatami/kernels";
import type { Grid, GridPatch } from "../grid.ts";
import type { ResolvedReuse } from "./options.ts";
import type { PooledPlane, Version } from "./patch-versions.ts";
import { createPlanePool, createVersionPool, partAt } from "./patch-versions.ts";

/** What becomes of a patch of a frame. */
export type PatchDecision = "compute" | "copy" | "carry";

/** A frame that has been decided about and waits for its computed patches. */
export interface DecidedFrame {
  /** One for each patch of the grid. */
  readonly decisions: readonly PatchDecision[];
  /** Patches to compute. */
  readonly computed: number;
}

/** Remembers patches of a stream of frames of one size. */
export interface PatchMemory {
  readonly grid: Grid;
  /**
   * Says which patches of the next frame must be computed. Frames in flight are remembered until finished or dropped.
   *
   * @param luma of the grid's extended size, and of the bits that the memory was made for
   */
  decide(luma: AnyPlane): DecidedFrame;
  /**
   * Keeps the computed patches of a frame and fills in the others. To be called for frames in their order, when
   * `target`, scale times the frame's size, holds the computed ones.
   */
  finish(frame: DecidedFrame, target: AnyPlane): void;
  /**
   * Gives up a frame that will not be finished; nothing is remembered of the patches it was to compute. Frames that
   * were decided after it must be dropped too.
   */
  drop(frame: DecidedFrame): void;
  /** Forgets everything: after a seek. */
  reset(): void;
}

interface PendingFrame extends DecidedFrame {
  readonly luma: PooledPlane;
  readonly versions: readonly Version[];
}

/**
 * Remembers patches in memory of the size of the frame and its result, some more while several frames are in flight.
 *
 * @param bits of a sample; bounds are in steps of 8 bits whatever it is
 * @param options looked at anew for every frame: bounds may move, the mode may not
 * @throws TatamiError `unsupported-environment` without WebAssembly SIMD.
 */
export async function createPatchMemory(
  grid: Grid,
  scale: number,
  options: ResolvedReuse,
  bits = 8,
): Promise<PatchMemory> {
  const { extended, window, patches } = grid;
  const kernels = await createReuseKernels(scale, window.width, bits);
  const lumas = createPlanePool(kernels, extended);
  const versions = createVersionPool(kernels, window, scale);
  const judge = createJudge(kernels, window, options);
  const assembly = createAssembly(kernels, grid, scale);
  const current: (Version | undefined)[] = patches.map(() => undefined);
  const close = (pending: PendingFrame): void => {
    pending.versions.forEach(versions.release);
    lumas.release(pending.luma);
  };
  return {
    grid,
    decide(plane) {
      const luma = lumas.take();
      const bytes = kernels.bytes().subarray(luma.address);
      copyRows(rowsOf(plane), { data: bytes, stride: luma.stride }, luma.stride, extended.height);
      const inputs = patches.map(({ window: { x, y } }) => partAt(luma, kernels, x, y));
      const decisions = inputs.map((input, index) => judge(input, current[index], index));
      const used = inputs.map((input, index) => {
        const known = current[index];
        if (decisions[index] !== "compute") {
          known!.age++;
          return versions.share(known!);
        }
        const version = versions.take(input);
        if (known) versions.release(known);
        current[index] = version;
        return versions.share(version);
      });
      const computed = decisions.filter((decision) => decision === "compute").length;
      return { luma, decisions, versions: used, computed } satisfies PendingFrame;
    },
    finish(decided, target) {
      const pending = decided as PendingFrame;
      assembly.assemble(pending, target);
      close(pending);
    },
    drop(decided) {
      const pending = decided as PendingFrame;
      pending.versions.forEach((version, index) => {
        if (pending.decisions[index] !== "compute" || current[index] !== version) return;
        current[index] = undefined;
        versions.release(version);
      });
      close(pending);
    },
    reset() {
      current.forEach((version) => version && versions.release(version));
      current.fill(undefined);
    },
  };
}

/** Says what becomes of a patch by its input now and its version, if there is one. */
type Judge = (input: BytePlane, version: Version | undefined, index: number) => PatchDecision;

function createJudge(kernels: ReuseKernels, window: Size, options: ResolvedReuse): Judge {
  const exact = options.reuse === "exact";
  const area = window.width * window.height;
  return (input, version, index) => {
    if (!version) return "compute";
    const { largest, sum } = kernels.compare(input, version.input, window, exact);
    if (largest === 0) return "copy";
    if (exact || largest > options.maxDifference || sum > options.meanDifference * area) return "compute";
    // patches grow old one after another, not all in the same frame
    const limit = options.maxAge - ((index * 7) % Math.ceil(options.maxAge / 4));
    return version.age >= Math.max(1, limit) ? "compute" : "carry";
  };
}

/** Puts larger frames together of their patches. */
interface Assembly {
  /** Takes the computed patches from `target` into their versions, and fills in the others there. */
  assemble(pending: PendingFrame, target: AnyPlane): void;
}

function createAssembly(kernels: ReuseKernels, { frame, window, patches }: Grid, scale: number): Assembly {
  const larger = scaleSize(frame, scale);
  const frames = createPlanePool(kernels, larger);
  const keep = ({ kept }: GridPatch, target: AnyPlane, output: BytePlane): void => {
    const { data, stride } = rowsOf(target);
    const from = (kept.y * stride + kept.x * kernels.sampleBytes) * scale;
    const bytes = kernels.bytes().subarray(output.address);
    const { width, height } = scaleSize(kept, scale);
    copyRows(
      { data: data.subarray(from), stride },
      { data: bytes, stride: output.stride },
      width * kernels.sampleBytes,
      height,
    );
  };
  const place = (pending: PendingFrame, index: number, target: AnyPlane, whole: BytePlane): void => {
    const patch = patches[index]!;
    const { kept } = patch;
    const { input, output } = pending.versions[index]!;
    const to = partAt(whole, kernels, kept.x * scale, kept.y * scale);
    if (pending.decisions[index] === "carry") {
      kernels.carry({
        current: partAt(pending.luma, kernels, patch.window.x, patch.window.y),
        before: input,
        window,
        kept: { ...kept, x: kept.x - patch.window.x, y: kept.y - patch.window.y },
        result: output,
        target: to,
      });
      return;
    }
    if (pending.decisions[index] === "compute") keep(patch, target, output);
    kernels.copy(output, to, scaleSize(kept, scale));
  };
  return {
    assemble(pending, target) {
      const whole = frames.take();
      for (let index = 0; index < patches.length; index++) place(pending, index, target, whole);
      if (pending.computed < patches.length) {
        const data = kernels.bytes().subarray(whole.address);
        copyRows({ data, stride: whole.stride }, rowsOf(target), whole.stride, larger.height);
      }
      frames.release(whole);
    },
  };
}
