/** How much a picture changes from one frame to the next where nothing moves: noise, and what coding makes of it. */

import type { Plane } from "@tatami/core";

/** What half of all normally distributed values stay below, as a part of their deviation: its reciprocal. */
const perMedian = 1.48;
/** Steps are told apart to this part of a level. */
const fine = 9;

/** 1.48 · the median of |mean over 3×3 of (b − a)|, in levels; the outermost pixels are left out. Planes of one size. */
export function noiseOfSteps(a: Plane, b: Plane): number {
  const { width, height } = a;
  if (width < 3 || height < 3) return 0;
  const counts = new Uint32Array(255 * fine + 1);
  const columns = new Int32Array(width);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      columns[x]! += step(a, b, x, y) - (y >= 3 ? step(a, b, x, y - 3) : 0);
    }
    if (y < 2) continue;
    for (let x = 1; x < width - 1; x++)
      counts[Math.abs(columns[x - 1]! + columns[x]! + columns[x + 1]!)]! += 1;
  }
  let left = ((width - 2) * (height - 2)) / 2;
  const median = counts.findIndex((count) => (left -= count) <= 0);
  return (perMedian * median) / fine;
}

function step(a: Plane, b: Plane, x: number, y: number): number {
  return b.data[y * b.stride + x]! - a.data[y * a.stride + x]!;
}
