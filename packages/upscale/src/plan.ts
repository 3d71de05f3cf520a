/** What would be done to a file, decided before a frame is touched. */

import type {
  Encoding,
  Frame,
  MediaInput,
  MediaReader,
  ReadOptions,
  Rejection,
  Size,
  TatamiError,
  WriterInit,
} from "@tatami/core";
import { invalidOption, scaleSize, scalesFor, targetOf } from "@tatami/core";
import type { FuseMode, StreamFusion } from "@tatami/patches";
import { loadStreamFusion } from "@tatami/patches";
import { openMedia } from "./files/open-media.ts";
import type { OpenedMedia } from "./files/open-media.ts";
import type { SecondNetwork, UpscaleOptions, Upscaler } from "./options.ts";
import type { PlannedChoice, UpscalePlan } from "./report.ts";
import { readFrames } from "./files/read-frames.ts";
import { lookInto } from "./reading/read-file.ts";
import type { ResolvedUpscaleOptions, ResolvedUpscalerOptions, UpscalerToChoose } from "./resolve-options.ts";
import { isUpscaler } from "./option-rules.ts";
import { resolveUpscaleOptions } from "./resolve-options.ts";
import { reach } from "./row/in-a-row.ts";
import { createSizer } from "./files/sizer.ts";
import { openUpscaler } from "./upscaler.ts";

/**
 * What {@link upscale} would do, without doing it.
 *
 * @throws TatamiError as {@link upscale} would, as far as can be known beforehand.
 */
export async function plan(input: MediaInput, options: UpscaleOptions): Promise<UpscalePlan> {
  const resolved = resolveUpscaleOptions(options);
  await using job = await openJob(input, resolved);
  return describeJob(job, await job.media.driver.planWrite(job.writing));
}

/** An opened input and an upscaler: all that a run needs but the output. Dispose of it. */
export interface Job extends AsyncDisposable {
  readonly media: OpenedMedia;
  readonly upscaler: Upscaler;
  /** What was chosen by the file's looks; absent where a model was named. */
  readonly choice: PlannedChoice | undefined;
  /** All frames that are to be enlarged. To be asked for once. */
  frames(): AsyncGenerator<Frame, void, undefined>;
  /** Enlarged frames at the size that was asked for. Takes each; the results are the caller's to close. */
  sized(larger: AsyncIterable<Frame>): AsyncIterable<Frame>;
  readonly writing: WriterInit;
  /** Of the frames of this job. */
  readonly strength: number;
  /** What is known of the stream, where its frames are fused. */
  readonly fusion: StreamFusion | undefined;
}

/**
 * Opens the input and the upscaler. A shared upscaler is left open at the end.
 *
 * @param isFused whether what is enlarged has less noise than the file, which a chooser is told
 */
export async function openJob(
  input: MediaInput,
  options: ResolvedUpscaleOptions,
  isFused: boolean = options.fuse === "static",
): Promise<Job> {
  const { upscaler: wanted, open, output, encode, read } = options;
  const opened: AsyncDisposable[] = [];
  const close = async (): Promise<void> => {
    for (const each of opened.toReversed()) await each[Symbol.asyncDispose]();
  };
  try {
    const media = await openMedia(input, options.codecs, open);
    const { reader } = media;
    opened.push(reader);
    const frames = (): AsyncGenerator<Frame, void, undefined> => readFrames({ input, media, open, read });
    const source = reader.description.video;
    const target = options.size && targetOf(source, options.size);
    const fitting = "chooser" in wanted ? forSize(wanted, source, target) : undefined;
    const chosen = fitting && (await choose(fitting.first, { reader, read, frames, isFused }));
    if (chosen) opened.push(chosen);
    const first = isUpscaler(wanted)
      ? wanted
      : await openUpscaler(chosen?.options ?? (wanted as ResolvedUpscalerOptions));
    if (first !== wanted) opened.push(first);
    const reached = await reach(first, { source, target, second: options.second ?? fitting?.second });
    if (reached.second) opened.push(reached.second);
    const { upscaler } = reached;
    const size = target ?? scaleSize(source, upscaler.scale);
    const fuse = options.fuse ?? upscaler.fuse ?? "off";
    if (fuse !== "off" && upscaler.fuse === undefined) throw fusesElsewhere(fuse);
    return {
      media,
      upscaler,
      fusion: fuse === "off" ? undefined : (await loadStreamFusion())(fuse),
      choice: chosen?.choice,
      frames: chosen?.frames ?? frames,
      sized: target ? await createSizer(target) : (larger) => larger,
      strength: options.strength ?? upscaler.strength,
      writing: { reader, output, size, encode, read },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** An upscaler in a worker is not told of single streams' fusion. */
function fusesElsewhere(fuse: FuseMode): TatamiError<"invalid-option"> {
  return invalidOption(
    "options.fuse",
    "left out beside an upscaler that works in a worker",
    fuse,
    "Give fuse to connectUpscaler(), where the upscaler is made.",
  );
}

/** The same chooser, of the smallest scale that reaches the size, and what follows where none does alone. */
export function forSize(
  wanted: UpscalerToChoose,
  source: Size,
  target: Size | undefined,
): { readonly first: UpscalerToChoose; readonly second?: SecondNetwork } {
  const { chooser } = wanted;
  if (!target || !chooser.at) return { first: wanted };
  const [scale, further] = scalesFor(source, target);
  const { follow } = chooser;
  const first = { ...wanted, chooser: chooser.at(scale) };
  return further && follow ? { first, second: () => follow(further) } : { first };
}

/** What a look into a file led to. Dispose of it. */
interface Chosen extends AsyncDisposable {
  readonly options: ResolvedUpscalerOptions;
  readonly choice: PlannedChoice;
  /** Those that were looked at first, where they cannot be read again. */
  readonly frames: Job["frames"] | undefined;
}

interface ChoiceInit {
  readonly reader: MediaReader;
  readonly read: ReadOptions;
  readonly frames: Job["frames"];
  /** What is fused only once it has shown to gain is not, at first. */
  readonly isFused: boolean;
}

async function choose(
  { chooser, made }: UpscalerToChoose,
  { reader, read, frames, isFused }: ChoiceInit,
): Promise<Chosen> {
  const seen = await lookInto(reader, read, frames);
  const reading = { ...seen.reading, ...(isFused && { isFused }) };
  try {
    const chosen = await chooser.choose(reading, read.signal);
    const { model, strength, denoise, look, sentence } = chosen;
    return {
      options: made(chosen),
      choice: { sentence, model: model.name, strength, denoise, look, reading },
      frames: seen.frames,
      [Symbol.asyncDispose]: () => seen[Symbol.asyncDispose](),
    };
  } catch (error) {
    await seen[Symbol.asyncDispose]();
    throw error;
  }
}

/** The job in words and numbers. */
export function describeJob(job: Job, encoding: Encoding): UpscalePlan {
  return { ...describeWork(job), encoding };
}

/** All of it but how a file is written. */
export function describeWork({
  media,
  upscaler,
  choice,
  strength,
  writing,
}: Job): Omit<UpscalePlan, "encoding"> {
  const { description } = media.reader;
  const rejected: readonly Rejection[] = [...media.rejected, ...upscaler.rejected];
  return {
    media: description,
    input: { width: description.video.width, height: description.video.height },
    output: { width: writing.size.width, height: writing.size.height },
    model: namesOf(upscaler),
    ...(upscaler.second && { second: upscaler.second.name }),
    scale: upscaler.scale,
    strength,
    ...(choice && { choice }),
    backend: upscaler.backend,
    backendDescription: upscaler.description,
    driver: media.driver.name,
    rejected,
  };
}

/** Names of all networks: those that share frames with commas between them, and what follows them. */
export function namesOf({ models, model, second }: Upscaler): string {
  const names = (models ?? [model]).map(({ name }) => name).join(",");
  return second ? `${names} then ${second.name}` : names;
}
