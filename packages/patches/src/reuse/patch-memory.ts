/**
 * What was computed for each patch and from what, so that a patch that has not changed need not be computed again.
 * A patch is compared with the input it was last *computed* from, never with the frame before: so error cannot creep.
 */

import type { AnyPlane } from "@tatami/core";
import { copyRows, rowsOf, scaleSize } from "@tatami/core";
import type { BytePlane } from "@tatami/kernels";
import { createReuseKernels } from "@tatami/kernels";
import type { Grid, GridPatch } from "../grid.ts";
import type { ResolvedReuse } from "./options.ts";

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

/** A patch's input and output as they were when it was computed, and how often they were used since. */
interface Version {
  readonly input: Slot;
  readonly output: Slot;
  age: number;
}

interface PendingFrame extends DecidedFrame {
  readonly luma: Slot;
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
  const { frame, extended, window, patches } = grid;
  const kernels = await createReuseKernels(scale, window.width, bits);
  const wide = kernels.sampleBytes;
  const { width: resultWidth, height: resultHeight } = scaleSize(window, scale);
  const [windowStride, resultStride] = [window.width * wide, resultWidth * wide];
  const lumas = createSlotPool(() => kernels.take(extended.width * extended.height * wide));
  const inputs = createSlotPool(() => kernels.take(windowStride * window.height));
  const outputs = createSlotPool(() => kernels.take(resultStride * resultHeight));
  const frames = createSlotPool(() => kernels.take(frame.width * frame.height * scale ** 2 * wide));
  const current: (Version | undefined)[] = patches.map(() => undefined);
  const exact = options.reuse === "exact";
  const area = window.width * window.height;

  const windowOf = (luma: Slot, { window: { x, y } }: GridPatch): BytePlane => ({
    address: luma.address + (y * extended.width + x) * wide,
    stride: extended.width * wide,
  });
  const inputOf = ({ input }: Version): BytePlane => ({ address: input.address, stride: windowStride });
  const release = ({ input, output }: Version): void => {
    inputs.release(input);
    outputs.release(output);
  };
  const share = (version: Version): Version => {
    version.input.users++;
    version.output.users++;
    return version;
  };
  const judge = (
    luma: Slot,
    patch: GridPatch,
    version: Version | undefined,
    index: number,
  ): PatchDecision => {
    if (!version) return "compute";
    const { largest, sum } = kernels.compare(windowOf(luma, patch), inputOf(version), window, exact);
    if (largest === 0) return "copy";
    if (exact || largest > options.maxDifference || sum > options.meanDifference * area) return "compute";
    // patches grow old one after another, not all in the same frame
    const limit = options.maxAge - ((index * 7) % Math.ceil(options.maxAge / 4));
    return version.age >= Math.max(1, limit) ? "compute" : "carry";
  };

  const finishPatch = (pending: PendingFrame, index: number, target: AnyPlane, whole: BytePlane): void => {
    const patch = patches[index]!;
    const version = pending.versions[index]!;
    const { kept } = patch;
    const size = scaleSize(kept, scale);
    const result: BytePlane = { address: version.output.address, stride: resultStride };
    const place = { ...whole, address: whole.address + (kept.y * whole.stride + kept.x * wide) * scale };
    if (pending.decisions[index] === "carry") {
      kernels.carry({
        current: windowOf(pending.luma, patch),
        before: inputOf(version),
        window,
        kept: { ...kept, x: kept.x - patch.window.x, y: kept.y - patch.window.y },
        result,
        target: place,
      });
      return;
    }
    if (pending.decisions[index] === "compute") {
      const rows = rowsOf(target);
      const data = rows.data.subarray((kept.y * rows.stride + kept.x * wide) * scale);
      const bytes = kernels.bytes().subarray(result.address);
      copyRows(
        { data, stride: rows.stride },
        { data: bytes, stride: resultStride },
        size.width * wide,
        size.height,
      );
    }
    kernels.copy(result, place, size);
  };
  const close = (pending: PendingFrame): void => {
    pending.versions.forEach(release);
    lumas.release(pending.luma);
  };

  return {
    grid,
    decide(plane) {
      const luma = lumas.take();
      const bytes = kernels.bytes().subarray(luma.address);
      const stride = extended.width * wide;
      copyRows(rowsOf(plane), { data: bytes, stride }, stride, extended.height);
      const decisions = patches.map((patch, index) => judge(luma, patch, current[index], index));
      const versions = patches.map((patch, index) => {
        const known = current[index];
        if (decisions[index] !== "compute") {
          known!.age++;
          return share(known!);
        }
        const version: Version = { input: inputs.take(), output: outputs.take(), age: 0 };
        kernels.copy(windowOf(luma, patch), inputOf(version), window);
        if (known) release(known);
        current[index] = version;
        return share(version);
      });
      const computed = decisions.filter((decision) => decision === "compute").length;
      return { luma, decisions, versions, computed } satisfies PendingFrame;
    },
    finish(decided, target) {
      const pending = decided as PendingFrame;
      const larger = scaleSize(frame, scale);
      const slot = frames.take();
      const whole: BytePlane = { address: slot.address, stride: larger.width * wide };
      for (let index = 0; index < patches.length; index++) finishPatch(pending, index, target, whole);
      if (pending.computed < patches.length) {
        const data = kernels.bytes().subarray(whole.address);
        copyRows({ data, stride: whole.stride }, rowsOf(target), whole.stride, larger.height);
      }
      frames.release(slot);
      close(pending);
    },
    drop(decided) {
      const pending = decided as PendingFrame;
      pending.versions.forEach((version, index) => {
        if (pending.decisions[index] !== "compute" || current[index] !== version) return;
        current[index] = undefined;
        release(version);
      });
      close(pending);
    },
    reset() {
      current.forEach((version) => version && release(version));
      current.fill(undefined);
    },
  };
}

/** A piece in use. It goes back when as many have released it as have taken it. */
interface Slot {
  readonly address: number;
  users: number;
}

/** A pool that grows to the most that was ever in use at once. */
interface SlotPool {
  /** A slot with one user. */
  take(): Slot;
  release(slot: Slot): void;
  /** Slots in use. */
  readonly used: number;
}

/** @param allocate address of a new piece */
function createSlotPool(allocate: () => number): SlotPool {
  const free: Slot[] = [];
  let used = 0;
  return {
    take() {
      const slot = free.pop() ?? { address: allocate(), users: 0 };
      slot.users = 1;
      used++;
      return slot;
    },
    release(slot) {
      slot.users--;
      if (slot.users > 0) return;
      used--;
      free.push(slot);
    },
    get used() {
      return used;
    },
  };
}
