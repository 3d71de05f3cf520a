/** Pictures with more bits a sample, or with fewer. */

import type { AnyPlane, AnyPlanes, Planes } from "@tatami/core";
import { bitsOf, createDeepPlane, createPlane, stepsOfLevel } from "@tatami/core";

/**
 * The same signal in so many bits, each sample rounded to the nearest there is; nothing is dithered. In the studio range a
 * level of 8 bits is 4 of 10, in the full range the ends of both are one. Alpha is kept only where both have 8 bits.
 */
export function convertDepth(planes: AnyPlanes, bits: number, fullRange: boolean): AnyPlanes {
  if (bitsOf(planes.luma) === bits) return planes;
  const convert = (plane: AnyPlane, isChroma: boolean): AnyPlane =>
    convertPlane(plane, bits, fullRange, isChroma);
  const [blue, red] = planes.chroma;
  return {
    luma: convert(planes.luma, false),
    chroma: [convert(blue, true), convert(red, true)],
  } as AnyPlanes;
}

/** Rounded to 8 bits, or as it is. */
export function toEightBits(planes: AnyPlanes, fullRange: boolean): Planes {
  return convertDepth(planes, 8, fullRange) as Planes;
}

function convertPlane(plane: AnyPlane, bits: number, fullRange: boolean, isChroma: boolean): AnyPlane {
  const { width, height, stride, data } = plane;
  const from = bitsOf(plane);
  const most = 2 ** bits - 1;
  const ratio = fullRange ? most / (2 ** from - 1) : 2 ** (bits - from);
  // colours turn about their middle, which is no step of the full range's
  const [middleIn, middleOut] = isChroma ? [128 * stepsOfLevel(from), 128 * stepsOfLevel(bits)] : [0, 0];
  const made = bits > 8 ? createDeepPlane({ width, height }, bits) : createPlane({ width, height });
  for (let y = 0, to = 0; y < height; y++)
    for (let at = y * stride, end = at + width; at < end; at++, to++) {
      const value = (data[at]! - middleIn) * ratio + middleOut;
      made.data[to] = value <= 0 ? 0 : value >= most ? most : value + 0.5;
    }
  return made;
}
