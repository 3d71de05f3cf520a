/** What the general kernels can be asked to compute, by number. */

import { orderCodes as orderBits } from "../generated/codes.ts";

export { binaryCodes, lossCodes, operandCodes, unaryCodes } from "../generated/codes.ts";

/** `windowPlane`: how the pixels of a window follow one another. */
export const orderCodes: Readonly<Record<"rows" | "columns" | "rows-reversed" | "columns-reversed", number>> =
  {
    rows: 0,
    columns: orderBits.columns,
    // from the last pixel to the first
    "rows-reversed": orderBits.reversed,
    "columns-reversed": orderBits.columns | orderBits.reversed,
  };
