/** Which patches of a frame are computed, decided on the device: nothing is read back. */

import type { Grid, ResolvedReuse } from "@tatami/patches";
import type { OpenDevice } from "../device.ts";
import { lostDevice } from "../device.ts";
import type { Dispatch } from "../network.ts";
import { bind, dispatchBytes, dispatchOver } from "../network.ts";
import { bufferUsage, mapForReading } from "../usage.ts";
import { comparePass } from "../wgsl/reuse/compare-pass.ts";
import { keepPass } from "../wgsl/reuse/keep-pass.ts";
import { listPass } from "../wgsl/reuse/list-pass.ts";
import { pixelWorkgroup } from "../wgsl/picture-pass.ts";
import { packReuse } from "../wgsl/reuse/reuse-uniform.ts";
import type { FrameLuma } from "./window-set.ts";

/** Patches of all frames so far. */
export interface PatchCounts {
  readonly computed: number;
  readonly reused: number;
}

/** What a decider is made from. */
export interface PatchDeciderInit extends Pick<OpenDevice, "device" | "pipelines"> {
  readonly frame: FrameLuma;
  readonly grid: Grid;
  /** As shaders read them. */
  readonly windows: GPUBuffer;
  /** Where indices of patches to compute are written. */
  readonly list: GPUBuffer;
  readonly halo: number;
  readonly padding: number;
  readonly reuse: ResolvedReuse;
  /** More patches than these: the frame is computed as a whole. */
  readonly mostPatches: number;
  /** Dispatches that the list decides about. */
  readonly dispatches: { readonly patches: readonly Dispatch[]; readonly whole: readonly Dispatch[] };
}

/** Decides. Dispose of it. */
export interface PatchDecider extends Disposable {
  /** Arguments of the dispatches behind: those of patches, then those of the whole frame. */
  readonly dispatchArguments: GPUBuffer;
  /** What shaders that draw are told. */
  readonly uniform: GPUBuffer;
  readonly flags: GPUBuffer;
  /** Inputs that patches were last computed from. */
  readonly kept: GPUBuffer;
  /** Compares, lists, keeps. To be added behind the picture and in front of the windows. */
  encode(pass: GPUComputePassEncoder): void;
  /** Lets the next frame be computed as if it were the first. */
  reset(): void;
  /** To be called right before a frame's commands are submitted. */
  beforeSubmit(): void;
  /** Reads the counts back; waits for the frames under way. @throws TatamiError `device-lost`. */
  counts(): Promise<PatchCounts>;
}

/** Buffers of zeros: nothing is known of any patch. @throws TatamiError `unsupported-environment`. */
export async function createPatchDecider(init: PatchDeciderInit): Promise<PatchDecider> {
  const { device, pipelines, frame, grid, windows, list, padding } = init;
  const { patches, window } = grid;
  const entries: readonly Dispatch[] = [
    ...init.dispatches.patches,
    ...init.dispatches.whole,
    dispatchOver(window, pixelWorkgroup),
  ];
  const counts = { patches: init.dispatches.patches.length, whole: init.dispatches.whole.length };
  const [compare, compact, keep] = await Promise.all([
    pipelines.get("differences", comparePass(padding)),
    pipelines.get("list of patches", listPass(counts)),
    pipelines.get("kept inputs", keepPass(padding)),
  ]);
  const { storage, copySource, copyTarget, indirect } = bufferUsage;
  const create = (label: string, bytes: number, usage: number): GPUBuffer =>
    device.createBuffer({ label, size: bytes, usage });
  const flags = create("flags", patches.length * 4, storage);
  const ages = create("ages", patches.length * 4, storage);
  const kept = create("kept inputs", patches.length * window.width * window.height * 4, storage);
  const totals = create("totals", 8, storage | copySource);
  const uniform = create("reuse", 64, bufferUsage.uniform | copyTarget);
  const dispatchArguments = create(
    "dispatches",
    entries.length * dispatchBytes,
    storage | indirect | copyTarget,
  );
  device.queue.writeBuffer(dispatchArguments, 0, new Uint32Array(entries.flatMap((each) => [...each, 0])));
  const bindings = {
    compare: bind(device, compare, [frame.geometry, uniform, windows, frame.picture, kept, ages, flags]),
    compact: bind(device, compact, [uniform, flags, list, dispatchArguments, totals]),
    keep: bind(device, keep, [frame.geometry, uniform, windows, list, frame.picture, kept, ages]),
  };
  let forgotten = true;
  const write = (forget: boolean): void =>
    device.queue.writeBuffer(uniform, 0, packReuse({ ...describe(init), forget: forget ? 1 : 0 }));
  write(true);
  return {
    dispatchArguments,
    uniform,
    flags,
    kept,
    encode(pass) {
      pass.setPipeline(compare);
      pass.setBindGroup(0, bindings.compare);
      pass.dispatchWorkgroups(patches.length);
      pass.setPipeline(compact);
      pass.setBindGroup(0, bindings.compact);
      pass.dispatchWorkgroups(1);
      pass.setPipeline(keep);
      pass.setBindGroup(0, bindings.keep);
      pass.dispatchWorkgroupsIndirect(dispatchArguments, (entries.length - 1) * dispatchBytes);
    },
    reset() {
      forgotten = true;
    },
    beforeSubmit() {
      write(forgotten);
      forgotten = false;
    },
    counts: () => readCounts(device, totals),
    [Symbol.dispose]: () => {
      for (const buffer of [flags, ages, kept, totals, uniform, dispatchArguments]) buffer.destroy();
    },
  };
}

async function readCounts(device: GPUDevice, totals: GPUBuffer): Promise<PatchCounts> {
  const usage = bufferUsage.mapRead | bufferUsage.copyTarget;
  const result = device.createBuffer({ label: "counts", size: 8, usage });
  try {
    const encoder = device.createCommandEncoder();
    encoder.copyBufferToBuffer(totals, 0, result, 0, 8);
    device.queue.submit([encoder.finish()]);
    await result.mapAsync(mapForReading);
    const [computed, reused] = new Uint32Array(result.getMappedRange());
    return { computed: computed!, reused: reused! };
  } catch (cause) {
    // nothing else unmaps or destroys a result that is awaited
    throw lostDevice(String(cause), cause);
  } finally {
    result.destroy();
  }
}

function describe({ grid, halo, reuse, mostPatches }: PatchDeciderInit): Parameters<typeof packReuse>[0] {
  const { patches, window } = grid;
  const columns = patches.filter(({ kept }) => kept.y === 0).length;
  return {
    patches: patches.length,
    columns,
    rows: patches.length / columns,
    halo,
    inner_width: Math.max(1, window.width - 2 * halo),
    inner_height: Math.max(1, window.height - 2 * halo),
    window_width: window.width,
    window_height: window.height,
    exact: reuse.reuse === "exact" ? 1 : 0,
    max_difference: reuse.maxDifference / 255,
    sum_difference: (reuse.meanDifference * window.width * window.height) / 255,
    max_age: reuse.maxAge,
    most_patches: mostPatches,
    forget: 0,
  };
}
