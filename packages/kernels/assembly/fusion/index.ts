/** Fusing a frame with those before it. */

export { fuseFrame } from "./fuse-frame";
export { gatherFrame } from "./gather-frame";

/** Where free memory begins. */
export function heapBase(): usize {
  return __heap_base;
}
