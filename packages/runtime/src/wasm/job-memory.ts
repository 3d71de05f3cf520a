/** Where a wave of jobs has its pictures in the kernels' memory. */

import type { AnyPlane, PatchJob } from "@tatami/core";
import { bitsOf, rowsOf } from "@tatami/core";
import type { Arena, KernelJob } from "@tatami/kernels";
import { jobBytes, writeJob } from "@tatami/kernels";
import type { Wave } from "../threads/requests.ts";

/** A wave in memory, and the way its results come out. */
export interface LoadedWave extends Wave {
  /** Copies every result into its job's target. */
  store(): void;
}

/**
 * Copies each source plane in once, and lays out jobs and results. Whatever the arena gave for it is released by the
 * caller, at the mark it took before.
 */
export function loadWave(arena: Arena, jobs: readonly PatchJob[], scale: number): LoadedWave {
  const planes = new Map<AnyPlane, number>();
  const load = (plane: AnyPlane): number => {
    const known = planes.get(plane);
    if (known !== undefined) return known;
    const { data, stride } = rowsOf(plane);
    const bytes = stride * (plane.height - 1) + plane.width * bytesOf(plane);
    const address = arena.take(bytes);
    new Uint8Array(arena.memory.buffer, address, bytes).set(data.subarray(0, bytes));
    planes.set(plane, address);
    return address;
  };
  const kernelJobs = jobs.map(({ source, window, kept, fullRange, strength = 1 }): KernelJob => {
    const wide = bytesOf(source);
    const [sourceStride, targetStride] = [source.stride * wide, kept.width * scale * wide];
    return {
      source: load(source) + window.y * sourceStride + window.x * wide,
      sourceStride,
      window,
      kept: { ...kept, x: kept.x - window.x, y: kept.y - window.y },
      // eight bytes more: the kernels store whole groups of pixels
      target: arena.take(targetStride * kept.height * scale + 8),
      targetStride,
      floats: false,
      bits: bitsOf(source),
      fullRange,
      strength,
    };
  });
  const wave = writeWave(arena, kernelJobs);
  return {
    ...wave,
    store() {
      const bytes = new Uint8Array(arena.memory.buffer);
      jobs.forEach(({ target, kept }, index) => {
        const { target: address, targetStride } = kernelJobs[index]!;
        const { data, stride } = rowsOf(target);
        const left = kept.x * scale * bytesOf(target);
        for (let y = 0; y < kept.height * scale; y++) {
          const from = address + y * targetStride;
          data.set(bytes.subarray(from, from + targetStride), (kept.y * scale + y) * stride + left);
        }
      });
    },
  };
}

/** Bytes of one sample. */
function bytesOf(plane: AnyPlane): number {
  return plane.data.BYTES_PER_ELEMENT;
}

/** The table of jobs and the counter that threads take them by. */
export function writeWave(arena: Arena, jobs: readonly KernelJob[]): Wave {
  const address = arena.take(jobs.length * jobBytes);
  jobs.forEach((job, index) => writeJob(arena.memory.buffer, address + index * jobBytes, job));
  const next = arena.take(4);
  new Int32Array(arena.memory.buffer, next, 1)[0] = 0;
  return { jobs: address, count: jobs.length, next };
}
