/** How many frames a job has, as far as a container says. */

import type { MediaDescription, ReadOptions } from "@tatami/core";

/** Only the whole file's count is known; a cut is estimated from its share of the duration, which a live input has not. */
export function framesToDo(
  { video, duration }: MediaDescription,
  { start = 0, end }: ReadOptions,
): number | null {
  const { frameCount, frameRate } = video;
  if (start === 0 && end === undefined) return frameCount;
  const seconds = Math.max(0, Math.min(end ?? duration, duration) - start);
  if (frameRate === null || seconds === Infinity) return null;
  return Math.min(frameCount ?? Infinity, Math.round(seconds * frameRate));
}
