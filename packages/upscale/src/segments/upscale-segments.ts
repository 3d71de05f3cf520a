/** A job that can be gone on with: segment by segment, each kept as it is finished, then joined. */

import type { KeptSegment, MediaInput, ReadOptions, Segment, SegmentedOutput } from "@tatami/core";
import { checkOptions, sha256Of, TatamiError, throwIfAborted } from "@tatami/core";
import { enlargeFrames } from "../frames/enlarge-frames.ts";
import type { Progress, UpscaleOptions } from "../options.ts";
import type { UpscalePlan, UpscaleReport } from "../report.ts";
import { describeJob, openJob } from "../plan.ts";
import type { Job } from "../plan.ts";
import { framesToDo } from "../progress/frames-to-do.ts";
import { createMeter, timed } from "../progress/stage-timer.ts";
import type { Meter } from "../progress/stage-timer.ts";
import { throttle } from "../progress/throttle.ts";
import type { ReadingInit } from "../files/read-frames.ts";
import { readFrames } from "../files/read-frames.ts";
import { createReadingLog } from "../reading/reading-log.ts";
import type { ReadingLog } from "../reading/reading-log.ts";
import { resolveUpscaleOptions } from "../resolve-options.ts";
import type { ResolvedUpscaleOptions } from "../resolve-options.ts";
import { createFusionPlace } from "./fuse-up-to.ts";
import type { FusionPlace } from "./fuse-up-to.ts";
import type { ResumeOptions, SegmentsProgress } from "./resume.ts";
import type { Model } from "@tatami/graph";
import { writeOnnx } from "@tatami/graph";

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
 * are reused neither, so that a segment is the same whichever run made it; where frames are fused, what comes before a segment
 * is looked at anew unless it was made just now.
 *
 * @throws TatamiError `invalid-option` without an output that is a path; `unsupported-environment` where the driver
 * cannot write segments; else as {@link upscale}.
 */
export async function upscaleSegments(init: SegmentsInit): Promise<UpscaleReport> {
  const { job, options, resume } = init;
  const output = await openOutput(init);
  try {
    const earlier = [...output.kept.values()];
    const keptFrames = countFrames(earlier);
    const total = framesToDo(job.media.reader.description, options.read);
    const left = total === null ? null : Math.max(0, total - keptFrames);
    const meter = createMeter(left, job.upscaler.pace, job.fusion);
    const place = createFusionPlace(job.fusion);
    const progress = (): Progress => withSegments(meter.progress(), output, earlier.length, keptFrames);
    const report = throttle(() => options.onProgress(progress()), 100);
    options.onProgress(progress());
    for (const segment of output.segments) {
      if (output.kept.has(segment.index)) continue;
      await upscaleSegment(init, output, segment, { meter, place, onFrame: report });
      options.onProgress(progress());
    }
    return await joinSegments(init, output, meter, progress);
  } catch (error) {
    if (options.signal?.aborted && !resume.keepOnAbort) await output.discard();
    throw error;
  } finally {
    await output[Symbol.asyncDispose]();
  }
}

/** A file's job that is done in pieces, maybe by several processes. Dispose of it: finished parts stay. */
export interface SegmentedJob extends AsyncDisposable {
  /** What is done to the file. */
  readonly plan: UpscalePlan;
  /** The parts: which there are, and which are kept. */
  readonly output: SegmentedOutput;
  /** Frames in all, or `null` when the container does not say. */
  readonly frames: number | null;
  /**
   * Upscales one segment to its part file, the same as {@link upscale} with `resume` would make; where it is kept there is
   * nothing to do. `options.onProgress` is told of this segment's frames. One at a time.
   *
   * @returns what its part holds.
   * @throws TatamiError as {@link upscale}; `signal.reason` on an abort, which leaves no part.
   */
  upscale(segment: Segment): Promise<KeptSegment>;
  /** Joins all parts. @throws TatamiError `internal` where one is missing; else as {@link upscale} */
  join(): Promise<UpscaleReport>;
}

/**
 * Opens a job in segments for whoever hands them out: what {@link upscale} does with `resume`, piece by piece. Several
 * processes may do so at once where the driver's `openSegments` lets them (`openSharedSegments` of `@tatami/codecs/node`).
 *
 * @throws TatamiError as {@link upscale} with `resume`.
 */
export async function openSegmentedJob(input: MediaInput, options: UpscaleOptions): Promise<SegmentedJob> {
  const log = createReadingLog();
  const { resume } = checkOptions("options", options);
  const resolved = resolveUpscaleOptions({ ...options, resume: resume || true });
  const read = {
    ...resolved.read,
    onChanged: log.onChanged,
    ...(resolved.strict ? {} : { onDamaged: log.onDamaged }),
  };
  const logged = { ...resolved, read };
  const job = await openJob(input, logged);
  const init: SegmentsInit = { input, job, options: logged, log, resume: resolved.resume! };
  try {
    const output = await openOutput(init);
    const place = createFusionPlace(job.fusion);
    return {
      plan: describeJob(job, output.encoding),
      output,
      frames: framesToDo(job.media.reader.description, read),
      async upscale(segment) {
        const meter = createMeter(null);
        const report = throttle(() => options.onProgress?.(meter.progress()), 100);
        if (!output.kept.has(segment.index))
          await upscaleSegment(init, output, segment, { meter, place, onFrame: report });
        return output.kept.get(segment.index)!;
      },
      join: () => {
        const all = [...output.kept.values()];
        const meter = createMeter(null);
        const progress = () => withSegments(meter.progress(), output, all.length, countFrames(all));
        return joinSegments(init, output, meter, progress);
      },
      async [Symbol.asyncDispose]() {
        await output[Symbol.asyncDispose]();
        await job[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await job[Symbol.asyncDispose]();
    throw error;
  }
}

async function joinSegments(
  { job, options, log }: SegmentsInit,
  output: SegmentedOutput,
  meter: Meter,
  progress: () => Progress,
): Promise<UpscaleReport> {
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
}

function countFrames(kept: readonly KeptSegment[]): number {
  return kept.reduce((sum, { frames }) => sum + frames, 0);
}

async function openOutput({ job, options, resume }: SegmentsInit): Promise<SegmentedOutput> {
  const { driver } = job.media;
  if (!driver.openSegments) {
    throw new TatamiError({
      code: "unsupported-environment",
      message: `The driver ${driver.name} cannot keep a job so that it can be gone on with.`,
      fix: "Leave resume out, or give the environment's own drivers.",
    });
  }
  return driver.openSegments({
    ...job.writing,
    depends: await dependenciesOf(job, options, resume),
    shortest: resume.segmentSeconds,
  });
}

/** What segments of a run have in common. */
interface SegmentWork {
  readonly meter: Meter;
  readonly place: FusionPlace;
  readonly onFrame: () => void;
}

async function upscaleSegment(
  { input, job, options }: SegmentsInit,
  output: SegmentedOutput,
  segment: Segment,
  { meter, place, onFrame }: SegmentWork,
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
  const reading: ReadingInit = { input, media: job.media, open, read };
  await place.begin(segment, { ...reading, read: options.read });
  await using writer = await output.write(segment);
  await enlargeFrames(readFrames(reading), {
    job,
    meter,
    write: (frame) => writer.write(frame),
    onFrame,
    signal,
    strength,
  });
  place.passed(segment);
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

/**
 * By names for people, values that are compared as texts. Of what only moves bytes, such as what becomes of sound,
 * there is nothing: parts hold pictures alone.
 */
async function dependenciesOf(
  { upscaler, strength, fusion }: Job,
  { read, open, strict, size }: ResolvedUpscaleOptions,
  { segmentSeconds, key }: Required<ResumeOptions>,
): Promise<Readonly<Record<string, string>>> {
  const { signal: _, ...opening } = open;
  const models = [...(upscaler.models ?? [upscaler.model]), ...(upscaler.second ? [upscaler.second] : [])];
  const hashes = await Promise.all(models.map(hashModel));
  return {
    model: hashes.join(", "),
    strength: String(strength),
    "routing loss": String(upscaler.routingLoss),
    fusion: fusion?.summary().mode ?? "off",
    reuse: JSON.stringify(upscaler.reuseBounds),
    cut: `${read.start ?? "its start"} to ${read.end ?? "its end"}`,
    reading: JSON.stringify({ ...opening, strict, size: size ?? null }),
    "segment length": String(segmentSeconds),
    options: key,
  };
}

async function hashModel(model: Model): Promise<string> {
  return `${model.name} ${await sha256Of(writeOnnx(model))}`;
}
