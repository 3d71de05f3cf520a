/** What every writer refuses, and how it moves a cut to time 0. */

import type { Frame, WriterInit } from "@tatami/core";
import { formatSize, TatamiError } from "@tatami/core";

/** @throws TatamiError `internal` for an output that is finished or cancelled. */
export function checkWriting(state: "writing" | "finished" | "cancelled"): void {
  if (state === "writing") return;
  throw new TatamiError({
    code: "internal",
    message: `The output is already ${state}.`,
    fix: "Make a new writer for a new output.",
  });
}

/** @throws TatamiError `internal` for a frame of another size than the output's. */
export function checkSize(frame: Frame, { size }: WriterInit): void {
  if (frame.size.width === size.width && frame.size.height === size.height) return;
  throw new TatamiError({
    code: "internal",
    message: `A frame of ${formatSize(frame.size)} was written to an output of ${formatSize(size)}.`,
    fix: "Write frames of the size the writer was made for.",
  });
}

/** The error for an output that is finished before a frame came. */
export function nothingWritten(): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: "There was no frame to write.",
    fix: "Check that the cut (start and end, --trim) lies inside the video.",
    detail: { seconds: 0, framesRead: 0 },
  });
}

/** Seconds, moved onto the nearest tick, so that a cut does not push every timestamp off the clock. */
export function toTick(seconds: number, ticksPerSecond: number): number {
  return Math.round(seconds * ticksPerSecond) / ticksPerSecond;
}
