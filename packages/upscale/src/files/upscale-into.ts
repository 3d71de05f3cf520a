/** File in, larger frames out to whoever writes them: pictures, raw video, what no container of a driver holds. */

import type { Changed, Damage, Frame, MediaDescription, MediaInput, Size } from "@tatami/core";
import { checkOptions, invalidOption } from "@tatami/core";
import { enlargeFrames } from "../frames/enlarge-frames.ts";
import type { Progress, UpscaleOptions } from "../options.ts";
import type { UpscalePlan, UpscaleReport } from "../report.ts";
import { describeWork, openJob } from "../plan.ts";
import { framesToDo } from "../progress/frames-to-do.ts";
import { createMeter, timed } from "../progress/stage-timer.ts";
import { throttle } from "../progress/throttle.ts";
import { createReadingLog } from "../reading/reading-log.ts";
import type { ResolvedUpscaleOptions } from "../resolve-options.ts";
import { resolveUpscaleOptions } from "../resolve-options.ts";
import { withLog } from "../upscale.ts";

/** What takes frames. Finish it or cancel it; a cancelled one leaves nothing behind. */
export interface FrameSink {
  /** Takes the frame and closes it; resolves when there is room for the next. */
  write(frame: Frame): Promise<void>;
  /** @returns bytes written, and what is otherwise than in the frames. */
  finish(): Promise<{ readonly size: number; readonly changed?: readonly Changed[] }>;
  cancel(): Promise<void>;
}

/** Options of {@link upscaleInto}: those of `upscale()` that are not about a file of video. */
export interface UpscaleIntoOptions extends Omit<
  UpscaleOptions,
  | ("output" | "container" | "codec" | "bitrate" | "quality" | "audio" | "resume")
  | ("crf" | "preset" | "encoder" | "pixelFormat")
> {
  /** Whether the sink takes frames of more than 8 bits ({@link Frame.deepPlanes}); else such inputs are refused, unless `toSdr`. @defaultValue false */
  readonly takesDeep?: boolean;
  /** Opens what takes the frames, once the input is open. @param size of the frames */
  readonly sink: (media: MediaDescription, size: Size) => Promise<FrameSink>;
}

/** What would be done: an {@link UpscalePlan} without a file's encoding. */
export type IntoPlan = Omit<UpscalePlan, "encoding">;

/** What was done. */
export interface IntoReport extends IntoPlan {
  readonly progress: Progress;
  readonly changed: readonly Changed[];
  readonly damaged: readonly Damage[];
  readonly frames: number;
  readonly pace?: UpscaleReport["pace"];
  readonly fusion?: UpscaleReport["fusion"];
  /** Bytes, as the sink says. */
  readonly size: number;
}

/**
 * Decodes a video, upscales every frame, and hands them on in order; what else is in the file is nobody's. On an error or an
 * abort the sink is cancelled, and no frame is left open.
 *
 * @throws TatamiError as `upscale()` throws, and what the sink throws; `signal.reason` as it is on an abort.
 */
export async function upscaleInto(input: MediaInput, options: UpscaleIntoOptions): Promise<IntoReport> {
  const log = createReadingLog();
  const { sink: open, takesDeep = false, ...work } = checkSink(options);
  const resolved = withLog(asTaken(resolveUpscaleOptions(work), takesDeep), log);
  await using job = await openJob(input, resolved);
  const { description } = job.media.reader;
  const sink = await open(description, job.writing.size);
  try {
    const meter = createMeter(framesToDo(description, resolved.read), job.upscaler.pace, job.fusion);
    const onFrame = throttle(() => resolved.onProgress(meter.progress()), 100);
    const { signal, strength } = resolved;
    let frames = 0;
    const write = async (frame: Frame): Promise<void> => {
      await sink.write(frame);
      frames++;
    };
    await enlargeFrames(job.frames(), { job, meter, write, onFrame, signal, strength });
    const { size, changed = [] } = await timed(meter.onStage, "encode", () => sink.finish());
    const kept = meter.summary();
    resolved.onProgress(kept.progress);
    const all = [...changed, ...log.changed];
    return { ...describeWork(job), frames, size, changed: all, damaged: log.damaged, ...kept };
  } catch (error) {
    await sink.cancel();
    throw error;
  }
}

/** What {@link upscaleInto} would do, without doing it. @throws as it would, as far as can be known beforehand. */
export async function planInto(input: MediaInput, options: UpscaleIntoOptions): Promise<IntoPlan> {
  const { sink: _sink, takesDeep = false, ...work } = checkSink(options);
  await using job = await openJob(input, asTaken(resolveUpscaleOptions(work), takesDeep));
  return describeWork(job);
}

/** Of a sink that takes pictures of 8 bits others are refused, or converted where that is asked for. */
function asTaken(options: ResolvedUpscaleOptions, takesDeep: boolean): ResolvedUpscaleOptions {
  return takesDeep ? options : { ...options, open: { ...options.open, bitDepth: 8 } };
}

/** @throws TatamiError `invalid-option` */
function checkSink(options: UpscaleIntoOptions): UpscaleIntoOptions {
  const { sink, takesDeep } = checkOptions("options", options);
  if (takesDeep !== undefined && typeof takesDeep !== "boolean")
    throw invalidOption("options.takesDeep", "true or false", takesDeep);
  if (typeof sink === "function") return options;
  throw invalidOption("options.sink", "a function that opens what takes the frames", sink);
}
