/** A job that can be gone on with: segment by segment, each kept as it is finished, then joined. */

import type { MediaInput, ReadOptions, Segment, SegmentedOutput } from "@tatami/core";
import { invalidOption, TatamiError, throwIfAborted } from "@tatami/core";
import { enlargeFrames } from "../enlarge-frames.ts";
import type { Progress, UpscaleReport } from "../options.ts";
import { describeJob } from "../plan.ts";
import type { Job } from "../plan.ts";
import { framesToDo } from "../progress/frames-to-do.ts";
import { createMeter, timed } from "../progress/stage-timer.ts";
import type { Meter } from "../progress/stage-timer.ts";
import { throttle } from "../progress/throttle.ts";
import { readFrames } from "../read-frames.ts";
import { createReadingLog } from "../reading-log.ts";
import type { ReadingLog } from "../reading-log.ts";
import type { ResolvedUpscaleOptions } from "../resolve-options.ts";
import { dependenciesOf } from "./dependencies.ts";
import type { ResumeOptions, SegmentsProgress } from "./resume.ts";

/** A job, and how it is kept. */
export interface SegmentsInit {
  readonly input: MediaInput;
  readonly job: Job;
  readonly options: ResolvedUpscaleOptions;
  /** Of what is met while streams beside the picture are copied. */
  readonly log: ReadingLog;
  readonly resume: Required<ResumeOptions>;
}

/**
 * Upscales what of a job is not kept yet, and joins all. Nothing is carried from one segment to the next, patches that
 * are reused neither, so that a segment is the same whichever run made it.
 *
 * @throws TatamiError `invalid-option` without an output that is a path; `unsupported-environment` where the driver
 * cannot write segments; else as {@link upscale}.
 */
export async function upscaleSegments(init: SegmentsInit): Promise<UpscaleReport> {
  const { job, options, log, resume } = init;
  const output = await openOutput(init);
  try {
    const earlier = [...output.kept.values()];
    const keptFrames = earlier.reduce((sum, { frames }) => sum + frames, 0);
    const total = framesToDo(job.media.reader.description, options.read);
    const meter = createMeter(total === null ? null : Math.max(0, total - keptFrames), job.upscaler.pace);
    const progress = (): Progress => withSegments(meter.progress(), output, earlier.length, keptFrames);
    const report = throttle(() => options.onProgress(progress()), 100);
    options.onProgress(progress());
    for (const segment of output.segments) {
      if (output.kept.has(segment.index)) continue;
      await upscaleSegment(init, output, segment, meter, report);
      options.onProgress(progress());
    }
    const notes = output.segments.flatMap(({ index }) => output.kept.get(index) ?? []);
    for (const { damaged, changed } of notes) {
      damaged.forEach(log.onDamaged);
      changed.forEach(log.onChanged);
    }
    const written = await timed(meter.onStage, "encode", () => output.join());
    const last = progress();
    options.onProgress(last);
    const { encoding } = output;
    return {
      ...describeJob(job, encoding),
      ...written,
      leftOut: encoding.leftOut,
      changed: [...encoding.changed, ...log.changed],
      damaged: log.damaged,
      ...meter.summary(),
      progress: last,
    };
  } catch (error) {
    if (options.signal?.aborted && !resume.keepOnAbort) await output.discard();
    throw error;
  } finally {
    await output[Symbol.asyncDispose]();
  }
}

async function openOutput({ job, options, resume }: SegmentsInit): Promise<SegmentedOutput> {
  const { driver } = job.media;
  const { output } = options;
  if (typeof output !== "string") throw invalidOption("options.output", "a path where resume is on", output);
  if (!driver.openSegments) {
    throw new TatamiError({
      code: "unsupported-environment",
      message: `The driver ${driver.name} cannot keep a job so that it can be gone on with.`,
      fix: "Leave resume out, or upscale in Node.",
    });
  }
  return driver.openSegments({
    ...job.writing,
    output,
    depends: await dependenciesOf(job, options, resume),
    shortest: resume.segmentSeconds,
  });
}

async function upscaleSegment(
  { input, job, options }: SegmentsInit,
  output: SegmentedOutput,
  segment: Segment,
  meter: Meter,
  onFrame: () => void,
): Promise<void> {
  const { open, strict, signal, strength } = options;
  throwIfAborted(signal);
  const log = createReadingLog();
  const { start, end } = segment;
  const { onDamaged: _, start: __, end: ___, ...rest } = options.read;
  const read: ReadOptions = {
    ...rest,
    ...(start === undefined ? {} : { start }),
    ...(end === undefined ? {} : { end }),
    onChanged: log.onChanged,
    ...(strict ? {} : { onDamaged: log.onDamaged }),
  };
  await using writer = await output.write(segment);
  await enlargeFrames(readFrames({ input, media: job.media, open, read }), {
    job,
    meter,
    write: (frame) => writer.write(frame),
    onFrame,
    signal,
    strength,
  });
  const { damaged, changed } = log;
  await timed(meter.onStage, "encode", () => writer.finish({ damaged, changed }));
}

function withSegments(
  progress: Progress,
  { folder, segments, kept, spoilt, differs }: SegmentedOutput,
  earlier: number,
  keptFrames: number,
): Progress {
  const told: SegmentsProgress = {
    folder,
    total: segments.length,
    done: kept.size,
    kept: earlier,
    keptFrames,
    spoilt,
    ...(differs && { differs }),
  };
  const { framesDone, framesTotal } = progress;
  return {
    ...progress,
    framesDone: framesDone + keptFrames,
    ...(framesTotal === undefined ? {} : { framesTotal: framesTotal + keptFrames }),
    segments: told,
  };
}
