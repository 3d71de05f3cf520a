/** Fuses the planes of a stream, on SIMD kernels where there are any. */

import type { Plane, Size } from "@tatami/core";
import { createPlane } from "@tatami/core";
import type { FusionStep, FusionSums } from "@tatami/kernels";
import { createFusionKernels } from "@tatami/kernels";
import { extendPlane } from "../grid.ts";
import { beginFusion, fuseFrame, gatherFrame } from "./fuse-frame.ts";
import type { FusionState } from "./fuse-frame.ts";

/** What came of one plane. */
export interface FusedPlane {
  readonly shown: Plane;
  readonly sums: FusionSums;
}

/** A stream of planes of one size. */
export interface PlaneFuser {
  readonly size: Size;
  /** Begins with a plane, which is shown as it is. */
  begin(luma: Plane): void;
  fuse(luma: Plane, step: FusionStep): FusedPlane;
  /**
   * Gathers a plane into the picture that was begun with, see `gatherFrame`.
   *
   * @param thresholds levels at which a pixel's gate begins to open, by the level that it shows
   */
  gather(luma: Plane, thresholds: Float32Array): Plane;
  /** For how many frames each pixel's gate was shut, or of gathered ones how many did not fit; a copy. */
  still(): Uint8Array;
  /** All that is known of the stream. */
  save(): Uint8Array<ArrayBuffer>;
  /** Goes on from what another fuser of this size saved. */
  load(state: Uint8Array): void;
  /** The last plane; a copy. */
  last(): Plane;
  /** What the samples in each pixel's mean weigh together; a copy, as the next two. */
  counts(): Float32Array;
  means(): Float32Array;
  /** How far each pixel's gate was shut for the last plane, 0 to 1. */
  gates(): Float32Array;
}

/**
 * Fuses planes of a size. A plane whose sides are no multiples of four is continued by its last column and row.
 *
 * @param useKernels @defaultValue where WebAssembly SIMD is there; else the definition, which is some fifty times slower
 */
export async function createPlaneFuser({ width, height }: Size, useKernels = true): Promise<PlaneFuser> {
  const size = { width, height };
  const extended = { width: Math.ceil(size.width / 4) * 4, height: Math.ceil(size.height / 4) * 4 };
  const kernels = useKernels ? await createFusionKernels(extended).catch(() => undefined) : undefined;
  const pixels = extended.width * extended.height;
  const own = kernels ?? createDefinition(extended);
  return {
    size,
    begin: (luma) => own.begin(extendPlane(luma, extended)),
    fuse(luma, step) {
      const shown = createPlane(extended);
      const sums = own.fuse(extendPlane(luma, extended), shown, step);
      return { shown: { ...shown, ...size }, sums };
    },
    gather(luma, thresholds) {
      const shown = createPlane(extended);
      own.gather(extendPlane(luma, extended), shown, thresholds);
      return { ...shown, ...size };
    },
    still: () => cropped(own.state.slice(13 * pixels)),
    save: () => own.state.slice(),
    load: (state) => own.state.set(state),
    last: () => ({ ...size, stride: extended.width, data: own.state.slice(12 * pixels, 13 * pixels) }),
    counts: () => floats(1),
    means: () => floats(0),
    gates: () => floats(2),
  };

  function floats(plane: number): Float32Array {
    return cropped(new Float32Array(own.state.slice(4 * plane * pixels, 4 * (plane + 1) * pixels).buffer));
  }

  function cropped<T extends Float32Array | Uint8Array>(plane: T): T {
    const all = plane.slice(0, size.width * size.height) as T;
    for (let y = 0; y < size.height; y++)
      all.set(plane.subarray(y * extended.width, y * extended.width + size.width), y * size.width);
    return all;
  }
}

/** The definition with its planes laid out as the kernels lay theirs. */
function createDefinition(size: Size): Awaited<ReturnType<typeof createFusionKernels>> {
  const pixels = size.width * size.height;
  const state = new Uint8Array(14 * pixels);
  const floats = (at: number): Float32Array => new Float32Array(state.buffer, at * pixels, pixels);
  const fields: FusionState = {
    ...size,
    mean: floats(0),
    count: floats(4),
    gate: floats(8),
    before: state.subarray(12 * pixels, 13 * pixels),
    still: state.subarray(13 * pixels),
  };
  return {
    state,
    begin(luma) {
      const first = beginFusion(luma);
      for (const name of ["mean", "count", "gate", "before", "still"] as const) fields[name].set(first[name]);
    },
    fuse: (luma, target, step) => fuseFrame(fields, luma, target, step),
    gather: (luma, target, thresholds) => gatherFrame(fields, luma, target, thresholds),
  };
}
