/** The debug views: patches that were not computed are tinted, or cells by the network that made them. */

import type { AnyPlane, Rect, Size } from "@tatami/core";
import { bitsOf, stepsOfLevel } from "@tatami/core";
import { cellSide, cellsOf } from "@tatami/patches";
import type { LumaOutcome } from "./luma-stage.ts";

type Tint = readonly [blue: number, red: number];

/** Added to the two chroma planes, in levels of 8 bits: green for what was copied, orange for what was carried over. */
const tints = { copy: [-40, -40], carry: [-40, 40] } as const;
/** By network from the second on: orange, violet. */
const networkTints: readonly Tint[] = [
  [-40, 40],
  [40, 40],
];

/** Tints 4:2:0 chroma in place, for a frame enlarged `scale` times. */
export function tintReused(chroma: readonly [AnyPlane, AnyPlane], outcome: LumaOutcome, scale: number): void {
  outcome.grid.patches.forEach(({ kept }, index) => {
    const decision = outcome.decisions[index]!;
    if (decision !== "compute") tintRect(chroma, kept, tints[decision], scale);
  });
}

/** Likewise by the network that made each cell: not the smallest's, nor what was reused. */
export function tintRouted(chroma: readonly [AnyPlane, AnyPlane], outcome: LumaOutcome, scale: number): void {
  const { cells, grid } = outcome;
  const { width, height } = grid.frame;
  const { columns } = cellsOf(grid.frame);
  cells?.forEach((rung, cell) => {
    const tint = networkTints[rung - 1];
    const [x, y] = [(cell % columns) * cellSide, Math.floor(cell / columns) * cellSide];
    const size = { width: Math.min(cellSide, width - x), height: Math.min(cellSide, height - y) };
    if (tint) tintRect(chroma, { x, y, ...size }, tint, scale);
  });
}

/** Likewise by what each pixel's mean rests on: the more frames, the bluer, from two on; 128 is as blue as it gets. */
export function tintFused(
  chroma: readonly [AnyPlane, AnyPlane],
  counts: Float32Array,
  { width, height }: Size,
  scale: number,
): void {
  for (const plane of chroma) {
    const by = plane === chroma[0] ? 60 : -20;
    for (let y = 0; y < plane.height; y++) {
      const row = Math.min(height - 1, Math.floor((2 * y) / scale)) * width;
      for (let x = 0; x < plane.width; x++) {
        const count = counts[row + Math.min(width - 1, Math.floor((2 * x) / scale))]!;
        const at = y * plane.stride + x;
        const share = Math.min(1, Math.max(0, Math.log2(count)) / 7);
        tintSample(plane, at, by * share);
      }
    }
  }
}

function tintRect(chroma: readonly [AnyPlane, AnyPlane], rect: Rect, tint: Tint, scale: number): void {
  chroma.forEach((plane, channel) => {
    const by = tint[channel]!;
    const [left, top] = [Math.ceil((rect.x * scale) / 2), Math.ceil((rect.y * scale) / 2)];
    const right = Math.min(plane.width, Math.ceil(((rect.x + rect.width) * scale) / 2));
    const bottom = Math.min(plane.height, Math.ceil(((rect.y + rect.height) * scale) / 2));
    for (let y = top; y < bottom; y++)
      for (let at = y * plane.stride + left; at < y * plane.stride + right; at++) tintSample(plane, at, by);
  });
}

/** @param by levels of 8 bits */
function tintSample(plane: AnyPlane, at: number, by: number): void {
  const steps = stepsOfLevel(bitsOf(plane));
  plane.data[at] = Math.min(240 * steps, Math.max(16 * steps, plane.data[at]! + by * steps));
}
