/** The middle of every job: decoded frames in, larger ones written. */

import type { Frame } from "@tatami/core";
import { readAhead, throwIfAborted } from "@tatami/core";
import type { Job } from "../plan.ts";
import { timed, timedSequence } from "../progress/stage-timer.ts";
import type { Meter } from "../progress/stage-timer.ts";

/** Frames that are decoded, and larger ones that wait to be written, so that stages can work at the same time. */
const [framesDecoded, framesUpscaled] = [4, 2];

/** What frames go through, and who counts them. */
export interface EnlargeInit {
  readonly job: Job;
  readonly meter: Meter;
  /** Takes each frame and closes it. */
  readonly write: (frame: Frame) => Promise<void>;
  /** Called after each frame. */
  readonly onFrame: () => void;
  readonly signal: AbortSignal | undefined;
  readonly strength: number | undefined;
}

/** Enlarges a stream and writes it. Patches are reused within the stream. Whatever ends it, no frame is left open. */
export async function enlargeFrames(
  frames: AsyncIterable<Frame>,
  { job, meter, write, onFrame, signal, strength }: EnlargeInit,
): Promise<void> {
  const { onStage, onPatches } = meter;
  const decoded = readAhead(frames, queue("decoded", framesDecoded));
  const awaited = timedSequence(decoded, "decode", onStage);
  const { fusion } = job;
  const larger = job.upscaler.frames(awaited, {
    signal,
    strength,
    fusion,
    onStage,
    onPatches,
    isPaced: false,
  });
  for await (const frame of readAhead(job.sized(larger), queue("upscaled", framesUpscaled))) {
    await timed(onStage, "encode", () => write(frame));
    meter.frameDone();
    onFrame();
    // frames that wait to be written were computed already: nobody else would ask any more
    throwIfAborted(signal);
  }
}

function queue(name: string, capacity: number): Parameters<typeof readAhead<Frame>>[1] {
  return { name, capacity, onDiscard: (frame) => frame.close() };
}
