/** Which pixels to compute: exact tiling with a halo, patches reused over time, and the planes beside luma. */

export { enlargeAlpha, enlargeChroma } from "./enlarge-chroma.ts";
export { createChromaGuide, guideChroma } from "./guide-chroma.ts";
export type { GuideChroma } from "./guide-chroma.ts";
export { detailedPlaces, worstPlace } from "./find-place.ts";
export { extendPlane, overlapOf, planGrid } from "./grid.ts";
export type { Grid, GridOptions, GridPatch } from "./grid.ts";
export { createPlaneReducer, createPlanesReducer, reducePlanes } from "./reduce-planes.ts";
export type { ReducePlane, ReducePlanes } from "./reduce-planes.ts";
export { centred, createPlaneResizer, resizePlane } from "./resize-plane.ts";
export type { AxisMap, ResizeOptions, ResizePlane } from "./resize-plane.ts";
export { describePictures, noiseOf } from "./reading/describe-pictures.ts";
export { measurePicture, stillShareOf } from "./reading/measure-picture.ts";
export type { BlockEnergies, PictureSums } from "./reading/measure-picture.ts";
export { createBreakEven } from "./reuse/break-even.ts";
export type { BreakEven, ReuseCost } from "./reuse/break-even.ts";
export { moveReuseBounds, resolveReuse } from "./reuse/options.ts";
export type { ResolvedReuse, ReuseBounds, ReuseMode, ReuseOptions } from "./reuse/options.ts";
export { createPatchMemory } from "./reuse/patch-memory.ts";
export type { DecidedFrame, PatchDecision, PatchMemory } from "./reuse/patch-memory.ts";
export { cellSide, cellsOf, createCellMeter } from "./routing/measure-cells.ts";
export type { CellGrid, CellMeter } from "./routing/measure-cells.ts";
export { costOf, planCover, usualCover } from "./routing/plan-cover.ts";
export type { CoverCost } from "./routing/plan-cover.ts";
export { losses } from "./routing/factors.generated.ts";
export { energiesAbove, leastEnergy, meanPower, routingFactors, usualLoss } from "./routing/factors.ts";
