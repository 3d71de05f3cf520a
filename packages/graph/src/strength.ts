/** How much of what a network adds to a filter is used: the definition that every engine is judged by. */

import { enlargingFilter } from "@tatami/core";
import type { Tensor } from "./tensor.ts";
import { tensor } from "./tensor.ts";

/**
 * Pictures `[n, 1, h, w]` enlarged by cubic convolution with a = −0.5 (Keys 1981), centres aligned, edges repeated:
 * what strength 0 gives.
 *
 * @returns `[n, 1, s·h, s·w]`; not clipped.
 */
export function enlargeByFilter(pictures: Tensor, scale: number): Tensor {
  const [n, , height, width] = pictures.shape as [number, number, number, number];
  const { weights, firstTaps } = enlargingFilter(scale);
  const larger = tensor([n, 1, height * scale, width * scale]);
  const mixed = new Float64Array(width);
  let to = 0;
  for (let picture = 0; picture < n; picture++)
    for (let line = 0; line < height * scale; line++) {
      const phase = line % scale;
      const first = (line - phase) / scale + firstTaps[phase]!;
      mixed.fill(0);
      for (let tap = 0; tap < 4; tap++) {
        const weight = weights[phase * 4 + tap]!;
        const from = (picture * height + within(first + tap, height)) * width;
        for (let x = 0; x < width; x++) mixed[x]! += weight * pictures.data[from + x]!;
      }
      for (let x = 0; x < width; x++)
        for (let dx = 0; dx < scale; dx++, to++) {
          let sum = 0;
          for (let tap = 0; tap < 4; tap++)
            sum += weights[dx * 4 + tap]! * mixed[within(x + firstTaps[dx]! + tap, width)]!;
          larger.data[to] = sum;
        }
    }
  return larger;
}

/**
 * filter + strength · (network − filter), before anything is rounded or clipped.
 *
 * @param pictures `[n, 1, h, w]`, what the network was given
 * @param enlarged `[n, 1, s·h, s·w]`, what it made of them
 * @returns `enlarged` itself where the strength is 1.
 */
export function weighAgainstFilter(pictures: Tensor, enlarged: Tensor, strength: number): Tensor {
  if (strength === 1) return enlarged;
  const filtered = enlargeByFilter(pictures, enlarged.shape[3]! / pictures.shape[3]!);
  filtered.data.forEach((value, at, data) => (data[at] = value + strength * (enlarged.data[at]! - value)));
  return filtered;
}

function within(index: number, length: number): number {
  return Math.min(Math.max(index, 0), length - 1);
}
