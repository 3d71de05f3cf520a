/** A patch as the kernels take it. Mirrors `Job` in `assembly/inference/structures.ts`. */

import type { Rect, Size } from "@tatami/core";
import { stepsOfLevel } from "@tatami/core";

/** One patch in the kernels' memory. */
export interface KernelJob {
  /** Address of the window's first pixel, and bytes between its rows. */
  readonly source: number;
  readonly sourceStride: number;
  readonly window: Size;
  /** The part to compute, in pixels of the window. */
  readonly kept: Rect;
  /** Address of the first output pixel, and bytes between its rows. */
  readonly target: number;
  readonly targetStride: number;
  /** Float32 in and out, as they are; otherwise levels. */
  readonly floats: boolean;
  /** Bits of a level: 8 are a byte, more a word of 16 bits. @defaultValue 8 */
  readonly bits?: number;
  /** Whether levels use 0..255 rather than 16..235, or as much of more bits: the network works in the studio range. */
  readonly fullRange: boolean;
  /** filter + strength · (network − filter), the filter bicubic; 1 costs nothing. */
  readonly strength: number;
}

/** Bytes of one job. */
export const jobBytes = 68;

/** Writes a job at an address. */
export function writeJob(buffer: ArrayBufferLike, address: number, job: KernelJob): void {
  const { window, kept, fullRange, strength, bits = 8 } = job;
  new Int32Array(buffer, address, 11).set([
    job.source,
    job.sourceStride,
    window.width,
    window.height,
    kept.x,
    kept.y,
    kept.width,
    kept.height,
    job.target,
    job.targetStride,
    job.floats ? 1 : bits > 8 ? 2 : 0,
  ]);
  const [top, whole] = [2 ** bits - 1, 255 * stepsOfLevel(bits)];
  // 0.5 so that cutting off the fraction rounds half up
  const range = fullRange
    ? [219 / 255 / top, 16 / 255, (255 * top) / 219, (-16 * top) / 219 + 0.5]
    : [1 / whole, 0, whole, 0.5];
  new Float32Array(buffer, address + 44, 6).set([...range, strength, top]);
}
