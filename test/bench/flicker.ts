/** How much a picture trembles where nothing moves. */

import type { Planes } from "@tatami/core";
import { scaleSize } from "@tatami/core";
import { centred, resizePlane } from "@tatami/patches";

/** Levels within which an input pixel stands still. */
const still = 6;

/**
 * Mean variance over time of the results where the input stands still, divided by bicubic enlargement's; a dash where
 * nothing does, or nothing trembles.
 */
export function flickerRatio(frames: readonly Planes[], lumas: readonly Uint8Array[], scale: number): string {
  const { width, height } = frames[0]!.luma;
  const quiet = Array.from({ length: width * height }, (_, at) => {
    let [least, most] = [255, 0];
    for (const { luma } of frames) {
      const value = luma.data[Math.floor(at / width) * luma.stride + (at % width)]!;
      [least, most] = [Math.min(least, value), Math.max(most, value)];
    }
    return most - least <= still;
  });
  const size = scaleSize({ width, height }, scale);
  const axis = centred(scale);
  const bicubic = frames.map(
    ({ luma }) => resizePlane(luma, { size, horizontal: axis, vertical: axis }).data,
  );
  const [ours, theirs] = [variance(lumas), variance(bicubic)];
  return theirs < 1e-3 ? "–" : (ours / theirs).toFixed(2);

  function variance(pictures: readonly Uint8Array[]): number {
    let total = 0;
    let count = 0;
    for (let at = 0; at < size.width * size.height; at++) {
      const [x, y] = [at % size.width, Math.floor(at / size.width)];
      if (!quiet[Math.floor(y / scale) * width + Math.floor(x / scale)]) continue;
      let [sum, squares] = [0, 0];
      for (const picture of pictures) {
        sum += picture[at]!;
        squares += picture[at]! ** 2;
      }
      total += squares / pictures.length - (sum / pictures.length) ** 2;
      count += 1;
    }
    return count === 0 ? 0 : total / count;
  }
}
