/** Which pixels to compute: exact tiling with a halo, and the planes beside luma. */

export { enlargeAlpha, enlargeChroma } from "./enlarge-chroma.ts";
export { overlapOf, planGrid } from "./grid.ts";
export type { Grid, GridOptions, GridPatch } from "./grid.ts";
export { centred, resizePlane } from "./resize-plane.ts";
export type { AxisMap, ResizeOptions } from "./resize-plane.ts";
