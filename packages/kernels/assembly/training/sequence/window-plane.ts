/** Windows of a picture as rows of tokens, and back. */

import { Order } from "../elementwise/codes";
import { copyRuns } from "../movement/copy-channels";
import { rowOf } from "../plane-rows";
import { Plane } from "../structures";

/**
 * Each row of the target becomes a window of the picture, zeros where it reaches beyond.
 *
 * @param picture its sides are multiples of `size`
 * @param target as many rows as windows, size² wide; of as many bytes a pixel
 * @param shift how far to the left and above the picture the first window begins; below `size`
 */
export function windowPlane(picture: Plane, target: Plane, size: i32, order: i32, shift: i32): void {
  move(picture, target, size, order, shift, true);
}

/** The reverse of {@link windowPlane}: what is beyond the picture is dropped. */
export function unwindowPlane(windows: Plane, target: Plane, size: i32, order: i32, shift: i32): void {
  move(target, windows, size, order, shift, false);
}

function move(picture: Plane, windows: Plane, size: i32, order: i32, shift: i32, gather: bool): void {
  const pixel = <usize>picture.pixel;
  const columns = (picture.width + (shift ? size : 0)) / size;
  const back = (order & Order.REVERSED) != 0, byColumns = (order & Order.COLUMNS) != 0;
  // bytes from a token to that of the next column, and of the next row
  const run: usize = back ? 0 - pixel : pixel, far = run * <usize>size;
  const right = byColumns ? far : run, down = byColumns ? run : far;
  for (let window = 0; window < windows.height; window++) {
    const top = (window / columns) * size - shift, left = (window % columns) * size - shift;
    const tokens = rowOf(windows, window) + (back ? <usize>(size * size - 1) * pixel : 0);
    const from = max(0, left), count = min(left + size, picture.width) - from;
    const inside = count == size && top >= 0 && top + size <= picture.height;
    if (gather && !inside) memory.fill(rowOf(windows, window), 0, <usize>(size * size) * pixel);
    for (let y = max(0, top); y < min(top + size, picture.height); y++) {
      const there = rowOf(picture, y) + <usize>from * pixel;
      const here = tokens + <usize>(y - top) * down + <usize>(from - left) * right;
      if (gather) copyRuns(there, pixel, here, right, pixel, count);
      else copyRuns(here, right, there, pixel, pixel, count);
    }
  }
}
