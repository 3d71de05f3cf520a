/** Flicker beside that of bicubic enlargement. */

import type { Planes } from "@tatami/core";
import { createFlickerMeter, scaleSize } from "@tatami/core";
import { centred, resizePlane } from "@tatami/patches";

/**
 * Mean variance over time of the results where the input stands still, divided by bicubic enlargement's; a dash where
 * nothing does, or nothing trembles.
 */
export function flickerRatio(frames: readonly Planes[], lumas: readonly Uint8Array[], scale: number): string {
  const { luma: first } = frames[0]!;
  const size = scaleSize(first, scale);
  const axis = centred(scale);
  const meter = createFlickerMeter({ judges: first, scale, pictures: 2 });
  for (const [index, { luma }] of frames.entries()) {
    const bicubic = resizePlane(luma, { size, horizontal: axis, vertical: axis });
    meter.add([luma], [{ ...size, data: lumas[index]! }, bicubic]);
  }
  const [ours, theirs] = meter.read().variances as [number, number];
  return theirs < 1e-3 ? "–" : (ours / theirs).toFixed(2);
}
