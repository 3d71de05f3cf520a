/** Where in a picture there is most to see: the error against another, or detail of its own. */

import type { Plane, Rect, Size } from "@tatami/core";

/** The square part whose squared error is largest, on a grid of half its side. */
export function worstPlace(picture: Plane, truth: Plane, wanted: number): Rect {
  const error = (x: number, y: number): number => {
    const difference = picture.data[y * picture.stride + x]! - truth.data[y * truth.stride + x]!;
    return difference * difference;
  };
  return bestPlaces(picture, wanted, 1, error)[0]!;
}

/** Levels beyond which a step from pixel to pixel counts no more: one hard edge is not much detail. */
const hard = 32;

/**
 * The square parts with most detail, by the steps from pixel to pixel, which do not overlap; most first.
 *
 * @param wanted the side of a part; smaller where the picture is
 */
export function detailedPlaces(luma: Plane, wanted: number, count: number): readonly Rect[] {
  const { data, stride, width, height } = luma;
  return bestPlaces(luma, wanted, count, (x, y) => {
    const [at, right, below] = [y * stride + x, x + 1 < width ? 1 : 0, y + 1 < height ? stride : 0];
    const step = (other: number): number => Math.min(hard, Math.abs(data[at]! - data[other]!));
    return step(at + right) + step(at + below);
  });
}

function bestPlaces(
  { width, height }: Size,
  wanted: number,
  count: number,
  measure: (x: number, y: number) => number,
): readonly Rect[] {
  const side = Math.min(wanted, width, height);
  const step = Math.max(1, Math.floor(side / 2));
  const places: { readonly rect: Rect; readonly sum: number }[] = [];
  for (const top of starts(height, side, step)) {
    for (const left of starts(width, side, step)) {
      let sum = 0;
      for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) sum += measure(x, y);
      places.push({ rect: { x: left, y: top, width: side, height: side }, sum });
    }
  }
  const found: Rect[] = [];
  // sorting keeps the order of equals, so one picture always gives the same places
  for (const { rect } of places.toSorted((a, b) => b.sum - a.sum)) {
    if (found.length === count) break;
    const overlaps = found.some(
      (other) => Math.abs(other.x - rect.x) < side && Math.abs(other.y - rect.y) < side,
    );
    if (!overlaps) found.push(rect);
  }
  return found;
}

/** Beginnings of parts along one axis; the last one ends where the picture does. */
function starts(length: number, side: number, step: number): readonly number[] {
  const last = length - side;
  const all = Array.from({ length: Math.floor(last / step) + 1 }, (_, index) => index * step);
  return all.at(-1) === last ? all : [...all, last];
}
