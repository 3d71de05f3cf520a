/** Rows of a ring. */

import { Ring } from "./structures";

/** Pixels that a kernel may write past a row's end, and that may be read beyond it; the border is wider. */
export const MARGIN: i32 = 8;

/** Address of pixel 0 of a row; a row of zeros for rows that are not needed or outside the picture. */
// @ts-ignore: decorator
@inline
export function rowOf(ring: Ring, y: i32, zeros: usize): usize {
  if (y < ring.y0 || y >= ring.y1) return zeros;
  return <usize>ring.rows + <usize>(y % ring.capacity) * <usize>ring.stride;
}

/** Makes four rows read as zero beside what was written: what a kernel overran, and what an earlier patch left. */
export function clearBeside(ring: Ring, y: i32, rows: i32): void {
  const pixel = <usize>ring.pixel;
  const margin = <usize>MARGIN * pixel;
  let row = <usize>ring.rows + <usize>(y % ring.capacity) * <usize>ring.stride;
  for (let i = 0; i < rows; i++) {
    memory.fill(row + <usize>ring.x0 * pixel - margin, 0, margin);
    memory.fill(row + <usize>ring.x1 * pixel, 0, margin);
    row += <usize>ring.stride;
  }
}
