/** File in, larger file out. */

import type { Frame, MediaDescription, MediaInput, ReadOptions } from "@tatami/core";
import { readAhead, throwIfAborted } from "@tatami/core";
import type { UpscaleOptions, UpscaleReport } from "./options.ts";
import { describeJob, openJob } from "./plan.ts";
import { createReadingLog } from "./reading-log.ts";
import type { ReadingLog } from "./reading-log.ts";
import { resolveUpscaleOptions } from "./resolve-options.ts";
import type { ResolvedUpscaleOptions } from "./resolve-options.ts";
import { createMeter, timed, timedSequence } from "./progress/stage-timer.ts";
import { throttle } from "./progress/throttle.ts";

/** Frames that are decoded, and larger ones that wait to be written, so that stages can work at the same time. */
const [framesDecoded, framesUpscaled] = [4, 2];

/**
 * Decodes a video, upscales every frame, and encodes it again; everything else in the file is copied.
 * On an error or an abort nothing is left behind: no frame, no partial file.
 *
 * @throws TatamiError with a code and a fix; `signal.reason` as it is on an abort.
 */
export async function upscale(input: MediaInput, options: UpscaleOptions): Promise<UpscaleReport> {
  const log = createReadingLog();
  const resolved = withLog(resolveUpscaleOptions(options), log);
  await using job = await openJob(input, resolved);
  await using writer = await job.media.driver.write(job.writing);
  const { description } = job.media.reader;
  const meter = createMeter(framesToDo(description, resolved.read), job.upscaler.pace);
  const report = throttle(() => resolved.onProgress(meter.progress()), 100);

  const decoded = readAhead(job.frames(), queue("decoded", framesDecoded));
  const awaited = timedSequence(decoded, "decode", meter.onStage);
  const { onStage, onPatches } = meter;
  const { signal, strength } = resolved;
  const larger = job.upscaler.frames(awaited, { signal, strength, onStage, onPatches, isPaced: false });
  for await (const frame of readAhead(job.sized(larger), queue("upscaled", framesUpscaled))) {
    await timed(meter.onStage, "encode", () => writer.write(frame));
    meter.frameDone();
    report();
    // frames that wait to be written were computed already: nobody else would ask any more
    throwIfAborted(resolved.signal);
  }
  const written = await timed(meter.onStage, "encode", () => writer.finish());

  const kept = meter.summary();
  resolved.onProgress(kept.progress);
  const { leftOut } = writer.encoding;
  const changed = [...writer.encoding.changed, ...log.changed];
  return {
    ...describeJob(job, writer.encoding),
    ...written,
    leftOut,
    changed,
    damaged: log.damaged,
    ...kept,
  };
}

/** Unless the job is strict, what cannot be decoded is noted and passed over, in the frames and in what is copied. */
function withLog(options: ResolvedUpscaleOptions, log: ReadingLog): ResolvedUpscaleOptions {
  const { onDamaged, onChanged } = log;
  return { ...options, read: { ...options.read, onChanged, ...(options.strict ? {} : { onDamaged }) } };
}

function queue(name: string, capacity: number): Parameters<typeof readAhead<Frame>>[1] {
  return { name, capacity, onDiscard: (frame) => frame.close() };
}

// Only the whole file's count is known; a cut is estimated from its share of the duration, which a live input has not.
function framesToDo({ video, duration }: MediaDescription, { start = 0, end }: ReadOptions): number | null {
  const { frameCount, frameRate } = video;
  if (start === 0 && end === undefined) return frameCount;
  const seconds = Math.max(0, Math.min(end ?? duration, duration) - start);
  if (frameRate === null || seconds === Infinity) return null;
  return Math.min(frameCount ?? Infinity, Math.round(seconds * frameRate));
}
