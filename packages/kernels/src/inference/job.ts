/** A patch as the kernels take it. */

import type { Rect, Size } from "@tatami/core";
import { stepsOfLevel } from "@tatami/core";
import { jobLayout } from "../generated/layouts.ts";
import { writeFields } from "../layout.ts";

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
export const jobBytes: number = jobLayout.bytes;

/** Writes a job at an address. */
export function writeJob(buffer: ArrayBufferLike, address: number, job: KernelJob): void {
  const { source, sourceStride, window, kept, target, targetStride, fullRange, strength, bits = 8 } = job;
  const [most, whole] = [2 ** bits - 1, 255 * stepsOfLevel(bits)];
  // 0.5 so that cutting off the fraction rounds half up
  const range = fullRange
    ? {
        gain: 219 / 255 / most,
        offset: 16 / 255,
        outGain: (255 * most) / 219,
        outOffset: (-16 * most) / 219 + 0.5,
      }
    : { gain: 1 / whole, offset: 0, outGain: whole, outOffset: 0.5 };
  const { width, height } = window;
  const [keptX, keptY, keptWidth, keptHeight] = [kept.x, kept.y, kept.width, kept.height];
  const form = job.floats ? 1 : bits > 8 ? 2 : 0;
  writeFields(buffer, address, jobLayout, {
    source,
    sourceStride,
    width,
    height,
    keptX,
    keptY,
    keptWidth,
    keptHeight,
    target,
    targetStride,
    form,
    ...range,
    strength,
    most,
  });
}
