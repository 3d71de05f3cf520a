/** What deciding about patches and reusing them takes. */

export { carryPatch, carryWords } from "./carry";
export { compareWindows, compareWords } from "./compare";
export { copyRows } from "./copy-rows";
export { squareDifference, squareDifferenceOfWords } from "./square-difference";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
