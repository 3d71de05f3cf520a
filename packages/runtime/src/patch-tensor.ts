/** Planes to the model's numbers, and back. */

import type { PatchJob } from "@tatami/core";
import { bitsOf, stepsOfLevel } from "@tatami/core";
import type { BatchShape, Tensor } from "@tatami/graph";
import { tensor, weighAgainstFilter } from "@tatami/graph";

/**
 * Reads the jobs' windows into one tensor `[jobs, 1, height, width]`, as Y′/255 in the studio range.
 * All windows have the shape's size.
 */
export function gatherPatches(jobs: readonly PatchJob[], shape: BatchShape): Tensor {
  const { width, height } = shape;
  const batch = tensor([jobs.length, 1, height, width]);
  jobs.forEach(({ source, window, fullRange }, index) => {
    const table = tableOf(bitsOf(source), fullRange);
    let to = index * width * height;
    for (let y = window.y; y < window.y + height; y++) {
      const row = y * source.stride;
      for (let x = window.x; x < window.x + width; x++) batch.data[to++] = table[source.data[row + x]!]!;
    }
  });
  return batch;
}

/**
 * Writes what each job keeps of the model's output `[jobs, 1, s·height, s·width]` into its target: weighed against
 * the bicubic filter by the job's strength, then clipped to what samples hold and rounded half up.
 *
 * @param input `[jobs, 1, height, width]`, what {@link gatherPatches} gave
 */
export function scatterPatches(jobs: readonly PatchJob[], input: Tensor, output: Tensor): void {
  const width = output.shape[3]!;
  const scale = width / input.shape[3]!;
  jobs.forEach(({ target, window, kept, fullRange, strength = 1 }, index) => {
    const { data } = weighAgainstFilter(pictureOf(input, index), pictureOf(output, index), strength);
    const bits = bitsOf(target);
    const most = 2 ** bits - 1;
    // out = gain · value + offset, the 0.5 of rounding half up included.
    const gain = fullRange ? (255 * most) / 219 : 255 * stepsOfLevel(bits);
    const offset = fullRange ? (-16 * most) / 219 + 0.5 : 0.5;
    const left = (kept.x - window.x) * scale;
    for (let y = 0; y < kept.height * scale; y++) {
      let from = ((kept.y - window.y) * scale + y) * width + left;
      let to = (kept.y * scale + y) * target.stride + kept.x * scale;
      for (const end = to + kept.width * scale; to < end; to++, from++) {
        const value = gain * data[from]! + offset;
        target.data[to] = value <= 0 ? 0 : value >= most ? most : value;
      }
    }
  });
}

/** One picture of a batch, on the same numbers. */
function pictureOf({ shape, data }: Tensor, index: number): Tensor {
  const [, , height, width] = shape as [number, number, number, number];
  const count = height * width;
  return tensor([1, 1, height, width], data.subarray(index * count, (index + 1) * count));
}

const tables = new Map<string, Float32Array>();

/** What the model sees of every level that samples of so many bits can have. */
function tableOf(bits: number, fullRange: boolean): Float32Array {
  const key = `${bits} ${fullRange}`;
  const known = tables.get(key);
  if (known) return known;
  const [top, whole] = [2 ** bits - 1, 255 * stepsOfLevel(bits)];
  const table = Float32Array.from({ length: top + 1 }, (_, level) =>
    fullRange ? (16 + (219 / top) * level) / 255 : level / whole,
  );
  tables.set(key, table);
  return table;
}
