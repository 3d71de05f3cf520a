/** Every frame of an input that FFmpeg decodes, in the order shown. */

import { videoStream } from "../input/media.ts";
import type { Damage, Frame, ReadOptions } from "@tatami/core";
import { abortable, checkKnownOptions, TatamiError, throwIfAborted } from "@tatami/core";
import type { Frame as NativeFrame } from "node-av";
import { damagedInput, explainReadError, sizeChange } from "../../driver/explain-error.ts";
import { readKeys, resolveRead } from "../../driver/resolve-read.ts";
import type { Media } from "../input/media.ts";
import { colorOf, mergeColor } from "./colors.ts";
import { refuseDolbyVision } from "./hdr-metadata.ts";
import { createNativeFrame } from "./native-frame.ts";
import type { Progress, ShownPicture } from "./read-pictures.ts";
import { readPictures } from "./read-pictures.ts";

/** Pictures whose captions are kept for the writer at most: one that nobody writes takes none. */
const maxCaptions = 512;

/** See {@link MediaReader.frames}. Of an input that can be read once only, frames go on where the last reader stopped. */
export async function* readFrames(
  media: Media,
  options: ReadOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { onDamaged, onChanged, ...cut } = options;
  checkKnownOptions("read", options, readKeys);
  const { start, end, signal } = resolveRead(cut);
  throwIfAborted(signal);
  const { description, nodeAv } = media;
  refuseDolbyVision(media.first.hdr);
  const stream = videoStream(media);
  const progress: Progress = { frames: 0, seconds: Number.isFinite(start) ? start : 0 };
  const tell: NonNullable<ReadOptions["onDamaged"]> = (damage) => {
    if (!onDamaged) throw new StrictEnd(damage);
    onDamaged(damage);
  };
  const { atKeyFrame = false } = options;
  const told = { progress, tell, onBreak: onDamaged, onChanged };
  const pictures = readPictures(media, { start, end, atKeyFrame, signal, ...told });
  try {
    for (;;) {
      const picture = await abortable(nextPicture(pictures, signal), signal);
      if (!picture) break;
      checkSize(picture, media);
      progress.frames++;
      progress.seconds = picture.timestamp;
      keepCaptions(media, picture);
      const color = mergeColor(colorOf(nodeAv, picture.frame, stream), description.video.color);
      yield createNativeFrame(nodeAv, picture.frame, picture, color, media.options);
      throwIfAborted(signal);
    }
  } catch (error) {
    throwIfAborted(signal);
    // counted here: pictures decoded before the damage were given after it was met
    if (error instanceof StrictEnd) throw strictly(error.damage, progress.frames);
    throw explainReadError(error, progress.seconds, progress.frames);
  } finally {
    await pictures.return();
  }
  if (progress.frames === 0 && start === -Infinity && end === Infinity)
    throw damagedInput("no picture in it can be decoded", 0, 0);
}

/** Ends decoding where nobody takes note of damage. */
class StrictEnd extends Error {
  readonly damage: Damage;
  constructor(damage: Damage) {
    super(damage.message);
    this.damage = damage;
  }
}

/** What ends reading where nobody takes note of damage. */
function strictly({ message, seconds }: Damage, framesRead: number): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: `The video is damaged: ${message.replace(/\.$/, "")}; ${framesRead} frames were read.`,
    fix: "Get the input again, take an intact part of it (start and end, --trim), or leave strict (--strict) away: what can be decoded is upscaled then, and what is missing is told.",
    detail: { seconds, framesRead },
  });
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

/** Closed captions travel beside their picture: the frame that comes back larger has its timestamp and no more. */
function keepCaptions({ nodeAv, captions }: Media, { frame, timestamp }: ShownPicture): void {
  const found = frame.getSideData(nodeAv.AV_FRAME_DATA_A53_CC);
  if (!found) return;
  captions.set(timestamp, Buffer.from(found));
  if (captions.size > maxCaptions) captions.delete(captions.keys().next().value ?? 0);
}

function checkSize({ frame, timestamp }: ShownPicture, { description: { video } }: Media): void {
  const size = { width: frame.width, height: frame.height };
  if (size.width === video.width && size.height === video.height) return;
  frame.free();
  throw sizeChange(video, size, timestamp);
}
