/** The pixel aspect ratio a file means, from the whole pixels mediabunny rounds it to. */

import type { Size, VideoDescription } from "@tatami/core";

type Ratio = VideoDescription["pixelAspectRatio"];

/** Ratios of standards: H.264 table E-1, and those of BT.601 pictures at 4:3 and 16:9. */
const standardRatios: readonly (readonly [number, number])[] = [
  [1, 1],
  [12, 11],
  [10, 11],
  [16, 11],
  [40, 33],
  [24, 11],
  [20, 11],
  [32, 11],
  [80, 33],
  [18, 11],
  [15, 11],
  [64, 33],
  [160, 99],
  [4, 3],
  [3, 2],
  [2, 1],
  [16, 15],
  [64, 45],
  [8, 9],
  [32, 27],
  [3, 4],
  [1, 2],
];

/**
 * The ratio to carry over. Mediabunny gives the size at which pixels are square in whole pixels, so
 * 64:45 of an 800 pixel row reads as 569:400; a standard ratio that rounds to the same is meant.
 *
 * @param size as coded.
 * @param square the same picture with square pixels, rounded.
 */
export function restoreAspectRatio(size: Size, square: Size, read: Ratio): Ratio {
  for (const [numerator, denominator] of standardRatios) {
    const wide = numerator > denominator;
    const width = wide ? Math.round((size.width * numerator) / denominator) : size.width;
    const height = wide ? size.height : Math.round((size.height * denominator) / numerator);
    if (width === square.width && height === square.height) return { numerator, denominator };
  }
  return read;
}
