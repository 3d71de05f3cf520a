/** What would be done to a file, decided before a frame is touched. */

import type { Encoding, MediaInput, OpenOptions, Rejection, WriterInit } from "@tatami/core";
import { scaleSize } from "@tatami/core";
import { openMedia } from "./open-media.ts";
import type { OpenedMedia } from "./open-media.ts";
import type { UpscaleOptions, UpscalePlan, Upscaler } from "./options.ts";
import type { ResolvedUpscaleOptions } from "./resolve-options.ts";
import { isUpscaler, resolveUpscaleOptions } from "./resolve-options.ts";
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
  readonly input: MediaInput;
  readonly open: OpenOptions;
  readonly media: OpenedMedia;
  readonly upscaler: Upscaler;
  readonly writing: WriterInit;
  /** Of the frames of this job. */
  readonly strength: number;
}

/** Opens the input and the upscaler. A shared upscaler is left open at the end. */
export async function openJob(input: MediaInput, options: ResolvedUpscaleOptions): Promise<Job> {
  const { upscaler: wanted, open, output, encode, read } = options;
  const media = await openMedia(input, options.codecs, open);
  const { reader } = media;
  try {
    const upscaler = isUpscaler(wanted) ? wanted : await openUpscaler(wanted);
    const size = scaleSize(reader.description.video, upscaler.scale);
    const { strength = upscaler.strength } = options;
    return {
      input,
      open,
      media,
      upscaler,
      strength,
      writing: { reader, output, size, encode, read },
      async [Symbol.asyncDispose]() {
        if (upscaler !== wanted) await upscaler[Symbol.asyncDispose]();
        await reader[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await reader[Symbol.asyncDispose]();
    throw error;
  }
}

/** The job in words and numbers. */
export function describeJob({ media, upscaler, strength, writing }: Job, encoding: Encoding): UpscalePlan {
  const { description } = media.reader;
  const rejected: readonly Rejection[] = [...media.rejected, ...upscaler.rejected];
  return {
    media: description,
    input: { width: description.video.width, height: description.video.height },
    output: { width: writing.size.width, height: writing.size.height },
    model: upscaler.model.name,
    scale: upscaler.scale,
    strength,
    backend: upscaler.backend,
    backendDescription: upscaler.description,
    driver: media.driver.name,
    encoding,
    rejected,
  };
}
