/** Where a wave of jobs has its pictures in the kernels' memory. */

import type { PatchJob, Plane } from "@tatami/core";
import type { Arena, KernelJob } from "@tatami/kernels";
import { jobBytes, writeJob } from "@tatami/kernels";
import type { Wave } from "./thread-pool.ts";

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
  const planes = new Map<Plane, number>();
  const load = (plane: Plane): number => {
    const known = planes.get(plane);
    if (known !== undefined) return known;
    const bytes = plane.stride * (plane.height - 1) + plane.width;
    const address = arena.take(bytes);
    new Uint8Array(arena.memory.buffer, address, bytes).set(plane.data.subarray(0, bytes));
    planes.set(plane, address);
    return address;
  };
  const kernelJobs = jobs.map(({ source, window, kept, fullRange, strength = 1 }): KernelJob => {
    const targetStride = kept.width * scale;
    return {
      source: load(source) + window.y * source.stride + window.x,
      sourceStride: source.stride,
      window,
      kept: { ...kept, x: kept.x - window.x, y: kept.y - window.y },
      // eight bytes more: the kernels store whole groups of pixels
      target: arena.take(targetStride * kept.height * scale + 8),
      targetStride,
      floats: false,
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
        for (let y = 0; y < kept.height * scale; y++) {
          const from = address + y * targetStride;
          target.data.set(
            bytes.subarray(from, from + targetStride),
            (kept.y * scale + y) * target.stride + kept.x * scale,
          );
        }
      });
    },
  };
}

/** The table of jobs and the counter that threads take them by. */
export function writeWave(arena: Arena, jobs: readonly KernelJob[]): Wave {
  const address = arena.take(jobs.length * jobBytes);
  jobs.forEach((job, index) => writeJob(arena.memory.buffer, address + index * jobBytes, job));
  const next = arena.take(4);
  new Int32Array(arena.memory.buffer, next, 1)[0] = 0;
  return { jobs: address, count: jobs.length, next };
}
