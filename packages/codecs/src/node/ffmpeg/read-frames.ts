/** Every frame of an input that FFmpeg decodes, in the order shown. */

import type { Frame, ReadOptions } from "@tatami/core";
import { abortable, checkKnownOptions, throwIfAborted } from "@tatami/core";
import type { Frame as NativeFrame } from "node-av";
import type { VideoSample } from "mediabunny";
import { mergeColor, toColorSpace } from "../../mediabunny/color.ts";
import { damagedInput, explainReadError, sizeChange } from "../../mediabunny/explain-error.ts";
import { resolveRead } from "../../mediabunny/read-frames.ts";
import { sampleFrame } from "../../mediabunny/sample-frame.ts";
import { ffmpegPictures } from "../pictures.ts";
import type { Media } from "./media.ts";
import type { Progress, ShownPicture } from "./read-pictures.ts";
import { readPictures } from "./read-pictures.ts";
import { wrapPicture } from "./wrap-picture.ts";

/** See {@link MediaReader.frames}. Of an input that can be read once only, frames go on where the last reader stopped. */
export async function* readFrames(
  media: Media,
  options: ReadOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { onDamaged, onChanged: _, ...cut } = options;
  checkKnownOptions("read", options, ["start", "end", "onDamaged", "onChanged", "signal"]);
  const { start, end, signal } = resolveRead(cut);
  throwIfAborted(signal);
  const { description, packages } = media;
  const toSdr = media.options.toSdr ?? false;
  const progress: Progress = { frames: 0, seconds: Number.isFinite(start) ? start : 0 };
  const tell: NonNullable<ReadOptions["onDamaged"]> = (damage) => {
    if (!onDamaged) throw damagedInput(damage.message.replace(/\.$/, ""), damage.seconds, progress.frames);
    onDamaged(damage);
  };
  const pictures = readPictures(media, { start, end, signal, progress, tell, onBreak: onDamaged });
  try {
    for (;;) {
      const picture = await abortable(nextPicture(pictures, signal), signal);
      if (!picture) break;
      const sample = wrapPicture(packages, picture.frame, picture);
      checkSize(sample, media);
      progress.frames += 1;
      progress.seconds = picture.timestamp;
      const color = mergeColor(toColorSpace(sample.colorSpace), description.video.color);
      yield sampleFrame(sample, color, toSdr, ffmpegPictures);
      throwIfAborted(signal);
    }
  } catch (error) {
    throwIfAborted(signal);
    throw explainReadError(error, progress.seconds, progress.frames);
  } finally {
    await pictures.return();
  }
  if (progress.frames === 0 && start === -Infinity && end === Infinity)
    throw damagedInput("no picture in it can be decoded", 0, 0);
}

/** The next picture; one that arrives after an abort is freed here, for nobody else will. */
async function nextPicture(
  pictures: AsyncGenerator<ShownPicture, void, undefined>,
  signal: AbortSignal | undefined,
): Promise<ShownPicture | undefined> {
  const { value, done } = await pictures.next();
  if (done === true || !value) return undefined;
  if (signal?.aborted) {
    (value.frame satisfies NativeFrame).free();
    return undefined;
  }
  return value;
}

function checkSize(sample: VideoSample, { description: { video } }: Media): void {
  const size = { width: sample.codedWidth, height: sample.codedHeight };
  if (size.width === video.width && size.height === video.height) return;
  const { timestamp } = sample;
  sample.close();
  throw sizeChange(video, size, timestamp);
}
