/** Ways to convolve a plane that are measured beside one another. Not in the product. */

export { convolvePlane } from "../training/convolve-plane";
export { winogradPlane } from "../training/winograd-plane";
export { winograd2x2By3x3, winograd2x2By5x5 } from "./two-row-planes";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
