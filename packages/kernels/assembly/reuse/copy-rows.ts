/** Copies a window from one plane to another. */

export function copyRows(from: usize, fromStride: usize, to: usize, toStride: usize, width: i32, height: i32): void {
  for (let y = 0; y < height; y++) {
    memory.copy(to, from, <usize>width);
    from += fromStride;
    to += toStride;
  }
}
