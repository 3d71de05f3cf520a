/** Jobs and tensors as the parts an exchange carries: one for each picture, or for each band of one. */

import type { PatchJob } from "@tatami/core";
import type { Tensor } from "@tatami/graph";
import type { Band, BandPlan } from "./bands.ts";
import type { Part } from "./exchange.ts";

/** 8-bit planes in and out; only what a job keeps is written. */
export function jobParts(jobs: readonly PatchJob[], plan: BandPlan, scale: number): readonly Part[] {
  return jobs.flatMap((job) => plan.bands.map((band) => jobPart(job, band, plan.height, scale)));
}

/** Tensors `[n, 1, h, w]` in, `[n, 1, s·h, s·w]` out. */
export function tensorParts(input: Tensor, output: Tensor, plan: BandPlan, scale: number): readonly Part[] {
  const [n, , height, width] = input.shape as [number, number, number, number];
  const from = new Uint8Array(input.data.buffer, input.data.byteOffset, input.data.byteLength);
  const into = new Uint8Array(output.data.buffer);
  const larger = width * scale * 4;
  return Array.from({ length: n }).flatMap((_, index) =>
    plan.bands.map((band): Part => ({
      fullRange: false,
      strength: 1,
      write(to, rowBytes) {
        const start = (index * height + band.top) * rowBytes;
        to.set(from.subarray(start, start + plan.height * rowBytes));
      },
      read(seen, rowBytes) {
        const rows = seen.subarray(
          (band.from - band.top) * scale * rowBytes,
          (band.to - band.top) * scale * rowBytes,
        );
        into.set(rows, (index * height + band.from) * scale * larger);
      },
    })),
  );
}

function jobPart(
  { source, target, window, kept, fullRange, strength = 1 }: PatchJob,
  band: Band,
  rows: number,
  scale: number,
): Part {
  const first = Math.max(kept.y, window.y + band.from);
  const end = Math.min(kept.y + kept.height, window.y + band.to);
  return {
    fullRange,
    strength,
    write(to, rowBytes) {
      for (let row = 0; row < rows; row++) {
        const start = (window.y + band.top + row) * source.stride + window.x;
        to.set(source.data.subarray(start, start + window.width), row * rowBytes);
      }
    },
    read(seen, rowBytes) {
      const left = (kept.x - window.x) * scale;
      for (let y = first * scale; y < end * scale; y++) {
        const start = (y - (window.y + band.top) * scale) * rowBytes + left;
        target.data.set(seen.subarray(start, start + kept.width * scale), y * target.stride + kept.x * scale);
      }
    },
  };
}
