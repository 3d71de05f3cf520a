/** How noisy a picture is, from the picture alone. */

import type { Picture } from "../data/luma.ts";

/** Side of the blocks that are looked at one by one. */
const block = 16;
/** Share of blocks taken for flat. */
const flatShare = 0.1;

/**
 * The standard deviation of a grey picture's noise in 8-bit levels: the mean answer of a mask that sees neither
 * ramps nor curves (Immerkær, "Fast noise variance estimation", 1996), taken over the tenth of the blocks where it
 * answers least, so that texture is not taken for noise. Blocks near black or white, where noise is cut off, are
 * left out. 0 when no block is left.
 */
export function estimateNoise({ width, height, data }: Picture): number {
  const found: number[] = [];
  for (let top = 1; top + block < height; top += block) {
    for (let left = 1; left + block < width; left += block) {
      let [sum, mean] = [0, 0];
      for (let y = top; y < top + block; y++) {
        for (let x = left, i = y * width + left; x < left + block; x++, i++) {
          const corners =
            data[i - width - 1]! + data[i - width + 1]! + data[i + width - 1]! + data[i + width + 1]!;
          const sides = data[i - width]! + data[i + width]! + data[i - 1]! + data[i + 1]!;
          sum += Math.abs(corners - 2 * sides + 4 * data[i]!);
          mean += data[i]!;
        }
      }
      mean /= block * block;
      if (mean > 30 && mean < 220) found.push((Math.sqrt(Math.PI / 2) * sum) / (6 * block * block));
    }
  }
  found.sort((a, b) => a - b);
  return found[Math.floor(found.length * flatShare)] ?? 0;
}
