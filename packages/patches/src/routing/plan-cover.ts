/** Covers scattered cells by few rectangles, so that what lies around them is not computed twice. */

import type { Rect, Size } from "@tatami/core";
import type { CellGrid } from "./measure-cells.ts";
import { cellSide, cellsOf } from "./measure-cells.ts";

/** What a rectangle costs beside its pixels. */
export interface CoverCost {
  /** Pixels around a rectangle that are computed with it. */
  readonly context: number;
  /** Pixels that might be computed in the time that a rectangle takes whatever its size. */
  readonly overhead: number;
  /** Longest side of a rectangle in pixels, a multiple of the cell's. */
  readonly longest: number;
}

/**
 * What rectangles cost as they are computed. The context is less than a network's whole halo, which is not worth its time
 * beside another network's pixels: XL over 32-pixel cells of Set14 lost 0.004 dB by it, for 28 % less time. The overhead is
 * measured on the CPU engine.
 */
export const usualCover: CoverCost = { context: 4, overhead: 150, longest: 128 };

/** A rectangle of cells, its right and bottom ends not in it. */
interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * Rectangles in pixels, within the frame, that together hold every wanted cell. Runs of cells are merged, the best pair
 * for each in turn, as long as a merged rectangle costs less than its parts, and nothing merged lies in another.
 *
 * @param wanted for each cell whether it must be covered
 */
export function planCover(
  frame: Size,
  wanted: (cell: number) => boolean,
  { context, overhead, longest }: CoverCost,
): readonly Rect[] {
  const most = Math.max(1, Math.floor(longest / cellSide));
  const fits = ({ left, top, right, bottom }: Box): boolean => right - left <= most && bottom - top <= most;
  const cost = (box: Box): number => costOf(rectOf(box, frame), context, overhead, frame);
  let boxes = runs(cellsOf(frame), wanted, most);
  for (let merged = true; merged;) {
    merged = false;
    const live: (Box | undefined)[] = boxes;
    for (let i = 0; i < live.length; i++) {
      const box = live[i];
      if (!box) continue;
      const found = bestPartner(live, i, fits, cost);
      if (found === undefined) continue;
      live[i] = around(box, live[found]!);
      live[found] = undefined;
      merged = true;
    }
    boxes = withoutInner(live.filter((box) => box !== undefined));
  }
  return boxes.map((box) => rectOf(box, frame));
}

/** Pixels that are computed for a rectangle, its share of what every rectangle takes included. */
export function costOf(rect: Rect, context: number, overhead: number, frame: Size): number {
  const width = Math.min(rect.width + 2 * context, frame.width);
  return width * Math.min(rect.height + 2 * context, frame.height) + overhead;
}

function bestPartner(
  boxes: readonly (Box | undefined)[],
  index: number,
  fits: (box: Box) => boolean,
  cost: (box: Box) => number,
): number | undefined {
  const box = boxes[index]!;
  const own = cost(box);
  let [found, best]: [number | undefined, number] = [undefined, 0];
  for (const [other, partner] of boxes.entries()) {
    if (!partner || other === index || !isNear(box, partner)) continue;
    const both = around(box, partner);
    if (!fits(both)) continue;
    const saved = own + cost(partner) - cost(both);
    if (saved > best) [found, best] = [other, saved];
  }
  return found;
}

/** Boxes further apart share no context. */
function isNear(a: Box, b: Box): boolean {
  const gap = 2;
  return (
    a.left <= b.right + gap && b.left <= a.right + gap && a.top <= b.bottom + gap && b.top <= a.bottom + gap
  );
}

function around(a: Box, b: Box): Box {
  return {
    left: Math.min(a.left, b.left),
    top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right),
    bottom: Math.max(a.bottom, b.bottom),
  };
}

/** Of equal ones the first stays. */
function withoutInner(boxes: readonly Box[]): Box[] {
  const holds = (outer: Box, inner: Box): boolean =>
    outer.left <= inner.left &&
    outer.top <= inner.top &&
    outer.right >= inner.right &&
    outer.bottom >= inner.bottom;
  return boxes.filter(
    (inner, i) =>
      !boxes.some((outer, j) => j !== i && holds(outer, inner) && (j < i || !holds(inner, outer))),
  );
}

/** Neighbours in a row, cut where they would be too long. */
function runs({ columns, rows }: CellGrid, wanted: (cell: number) => boolean, most: number): Box[] {
  const boxes: Box[] = [];
  for (let top = 0; top < rows; top++) {
    for (let left = 0; left < columns; left++) {
      let right = left;
      while (right < columns && right - left < most && wanted(top * columns + right)) right++;
      if (right === left) continue;
      boxes.push({ left, top, right, bottom: top + 1 });
      left = right - 1;
    }
  }
  return boxes;
}

function rectOf({ left, top, right, bottom }: Box, { width, height }: Size): Rect {
  const [x, y] = [left * cellSide, top * cellSide];
  return {
    x,
    y,
    width: Math.min(right * cellSide, width) - x,
    height: Math.min(bottom * cellSide, height) - y,
  };
}
