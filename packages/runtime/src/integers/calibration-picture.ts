/** The pictures that tell how large a network's numbers become. */

import type { Size } from "@tatami/core";
import { createSeededRandom } from "@tatami/graph";

/** Of the picture with everything in it. */
export const calibrationSize: Size = { width: 64, height: 64 };

/** Of a flat one: what a network makes of it is all alike but near its edges. */
export const flatSize: Size = { width: 16, height: 16 };

/**
 * Luma of 0..1 in the studio range, row after row: discs of all sizes that cover one another, each with a level, a shading
 * and a grain of its own. Such "dead leaves" have the edges and the spectrum of photographs, and harder edges than most.
 */
export function drawCalibrationPicture(): Float64Array {
  const { width, height } = calibrationSize;
  const random = createSeededRandom(1);
  const picture = new Float64Array(width * height).fill(0.5);
  for (let disc = 0; disc < discs; disc++) {
    const radius = 2 + 16 * random() ** 3;
    const [centreX, centreY] = [random() * width, random() * height];
    const [level, slope, grain] = [random(), (random() - 0.5) / 50, random() / 10];
    for (let y = 0, at = 0; y < height; y++)
      for (let x = 0; x < width; x++, at++)
        if ((x - centreX) ** 2 + (y - centreY) ** 2 < radius ** 2)
          picture[at] = level + slope * (x - centreX) + grain * (random() - 0.5);
  }
  return picture.map((value) => (16 + 219 * Math.min(1, Math.max(0, value))) / 255);
}

/** Flat luma, row after row: a picture without anything in it. */
export function drawFlatPicture(luma: number): Float64Array {
  return new Float64Array(flatSize.width * flatSize.height).fill(luma);
}

/** Enough to cover the ground twice over. */
const discs = 150;
