/** What deciding about patches and reusing them takes. */

export { carryPatch } from "./carry";
export { compareWindows } from "./compare";
export { copyRows } from "./copy-rows";
export { squareDifference } from "./square-difference";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
