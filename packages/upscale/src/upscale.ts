/** File in, larger file out. */

import type { Frame, MediaInput } from "@tatami/core";
import { enlargeFrames } from "./frames/enlarge-frames.ts";
import type { UpscaleOptions } from "./options.ts";
import type { UpscaleReport } from "./report.ts";
import { describeJob, openJob } from "./plan.ts";
import { createReadingLog } from "./reading/reading-log.ts";
import type { ReadingLog } from "./reading/reading-log.ts";
import { resolveUpscaleOptions } from "./resolve-options.ts";
import type { ResolvedUpscaleOptions } from "./resolve-options.ts";
import { framesToDo } from "./progress/frames-to-do.ts";
import { createMeter, timed } from "./progress/stage-timer.ts";
import { throttle } from "./progress/throttle.ts";

/**
 * Decodes a video, upscales every frame, and encodes it again; everything else in the file is copied.
 * On an error or an abort nothing is left behind: no frame, no partial file; with `resume` finished segments are.
 *
 * @throws TatamiError with a code and a fix; `signal.reason` as it is on an abort.
 */
export async function upscale(input: MediaInput, options: UpscaleOptions): Promise<UpscaleReport> {
  const log = createReadingLog();
  const resolved = withLog(resolveUpscaleOptions(options), log);
  await using job = await openJob(input, resolved);
  // awaited here, or the input would be closed before it is read
  if (resolved.resume) {
    const { upscaleSegments } = await import("./segments/upscale-segments.ts");
    return await upscaleSegments({ input, job, options: resolved, log, resume: resolved.resume });
  }
  await using writer = await job.media.driver.write(job.writing);
  const { description } = job.media.reader;
  const meter = createMeter(framesToDo(description, resolved.read), job.upscaler.pace, job.fusion);
  const report = throttle(() => resolved.onProgress(meter.progress()), 100);

  const { signal, strength } = resolved;
  const write = (frame: Frame): Promise<void> => writer.write(frame);
  await enlargeFrames(job.frames(), { job, meter, write, onFrame: report, signal, strength });
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
export function withLog(options: ResolvedUpscaleOptions, log: ReadingLog): ResolvedUpscaleOptions {
  const { onDamaged, onChanged } = log;
  return { ...options, read: { ...options.read, onChanged, ...(options.strict ? {} : { onDamaged }) } };
}
