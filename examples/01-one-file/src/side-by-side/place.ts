/** Which detail is seen: plain numbers, in the original's pixels as they are seen. */

import type { Rect, Size } from "@tatami/core";
import type { Point } from "../viewer/zoom.ts";

/** The place nearest to a wanted one at which a window around it shows nothing beyond the picture. */
export const holdIn = (wanted: Point, window: Size, whole: Size): Point => ({
  x: holdAlong(wanted.x, window.width, whole.width),
  y: holdAlong(wanted.y, window.height, whole.height),
});

const holdAlong = (wanted: number, window: number, whole: number): number =>
  window >= whole ? whole / 2 : Math.min(whole - window / 2, Math.max(window / 2, wanted));

/** What is made at once around a place, so that one can move within it. @param room its size, where the picture has as much */
export const partAround = (place: Point, room: Size, whole: Size): Rect => {
  const [x, width] = partAlong(place.x, room.width, whole.width);
  const [y, height] = partAlong(place.y, room.height, whole.height);
  return { x, y, width, height };
};

const partAlong = (place: number, room: number, whole: number): readonly [number, number] => {
  const length = Math.min(whole, Math.ceil(room));
  const start = Math.min(whole - length, Math.max(0, Math.round(place - length / 2)));
  return [start, length];
};

/** Whether a window around a place shows nothing but what the part has of the picture. */
export const isWithin = (place: Point, window: Size, part: Rect): boolean =>
  isAlong(place.x, window.width, part.x, part.width) && isAlong(place.y, window.height, part.y, part.height);

// a window that is larger than the picture is within all of it; half a pixel is not seen
const isAlong = (place: number, window: number, start: number, length: number): boolean =>
  window >= length
    ? Math.abs(place - start - length / 2) < 1
    : place - window / 2 >= start - 0.5 && place + window / 2 <= start + length + 0.5;
