/** Rows are computed in whole groups of pixels; what lies beyond the picture must read as zero again. */

/** @param pixel bytes of one pixel; `group` pixels are computed together */
// @ts-ignore: decorator
@inline
export function clearRowEnd(row: usize, width: i32, group: i32, pixel: usize): void {
  const over = (group - (width % group)) % group;
  if (over) memory.fill(row + <usize>width * pixel, 0, <usize>over * pixel);
}
