/** What the general kernels can be asked to compute, by number. */

import { ORDER as BITS } from "../generated/codes.ts";

export { BINARY, LOSS, OPERAND, UNARY } from "../generated/codes.ts";

/** `windowPlane`: how the pixels of a window follow one another. */
export const ORDER: Readonly<Record<"rows" | "columns" | "rows-reversed" | "columns-reversed", number>> = {
  rows: 0,
  columns: BITS.columns,
  // from the last pixel to the first
  "rows-reversed": BITS.reversed,
  "columns-reversed": BITS.columns | BITS.reversed,
};
