/** Rows of a plane, and its border. */

import { Plane } from "./structures";

/** Pixels beside a row that kernels may overrun. A plane's border is wider by the radius of the largest kernel. */
const MARGIN: i32 = 8;

/** Address of pixel 0 of a row; the border's rows too. */
// @ts-ignore: decorator
@inline
export function rowOf(plane: Plane, y: i32): usize {
  return <usize>(<i32>plane.interior + y * <i32>plane.stride);
}

/** Makes what kernels overran read as zero again: they compute whole groups of pixels and whole tiles. */
export function clearBorder(plane: Plane): void {
  const right = <usize>MARGIN * <usize>plane.pixel;
  const width = <usize>plane.width * <usize>plane.pixel;
  for (let y = 0; y < plane.height; y++) memory.fill(rowOf(plane, y) + width, 0, right);
  const under = plane.height & 3 ? 4 - (plane.height & 3) : 0;
  for (let y = plane.height; y < plane.height + under; y++) memory.fill(rowOf(plane, y), 0, width + right);
}
