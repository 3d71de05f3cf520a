/** What the frame processor should draw, by its definition. */

import type { Model } from "@tatami/graph";
import { runReference, tensor, weighAgainstFilter } from "@tatami/graph";

/** The definition: the network on luma, of a strength; Catmull–Rom on what is left of each colour. */
export function enlargeOnCpu(network: Model, { data, width, height }: ImageData, strength = 1): Uint8Array {
  const colour = (x: number, y: number, c: number): number => data[(y * width + x) * 4 + c]! / 255;
  const luma = (x: number, y: number): number =>
    0.2126 * colour(x, y, 0) + 0.7152 * colour(x, y, 1) + 0.0722 * colour(x, y, 2);
  const input = tensor([1, 1, height, width]);
  input.data.forEach((_, i) => (input.data[i] = (16 + 219 * luma(i % width, Math.floor(i / width))) / 255));
  const enlarged = weighAgainstFilter(input, runReference(network, input), strength).data;
  const result = new Uint8Array(width * height * 16);
  const limit = (value: number, end: number): number => Math.min(Math.max(value, 0), end - 1);
  for (let y = 0, i = 0; y < 2 * height; y++)
    for (let x = 0; x < 2 * width; x++, i++) {
      const [u, v] = [x / 2 - 0.25, y / 2 - 0.25];
      const [left, top] = [Math.floor(u) - 1, Math.floor(v) - 1];
      for (let c = 0; c < 4; c++) {
        let sum = c === 3 ? 1 : (enlarged[i]! * 255 - 16) / 219;
        for (let row = 0; row < (c < 3 ? 4 : 0); row++)
          for (let column = 0; column < 4; column++) {
            const [px, py] = [limit(left + column, width), limit(top + row, height)];
            sum += keys(v - top - row) * keys(u - left - column) * (colour(px, py, c) - luma(px, py));
          }
        result[i * 4 + c] = Math.round(Math.min(Math.max(sum, 0), 1) * 255);
      }
    }
  return result;
}

/** Keys 1981, a = −1/2. */
function keys(distance: number): number {
  const x = Math.abs(distance);
  return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
}

/** Largest and mean difference of levels. */
export function compare(
  seen: Uint8Array,
  expected: Uint8Array,
): { readonly worst: number; readonly mean: number } {
  let [worst, sum] = [seen.length === expected.length ? 0 : Infinity, 0];
  seen.forEach((level, i) => {
    const difference = Math.abs(level - expected[i]!);
    if (!(difference <= worst)) worst = difference;
    sum += difference;
  });
  return { worst, mean: sum / seen.length };
}
