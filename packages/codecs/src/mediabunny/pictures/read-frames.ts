/** Every frame of an opened input, in the order shown, and never silently fewer than there are. */

import { resolveRead } from "../../driver/resolve-read.ts";
import type { ColorSpace, Frame, MediaDescription, Planes, ReadOptions } from "@tatami/core";
import { abortable, throwIfAborted } from "@tatami/core";
import type { VideoSample } from "mediabunny";
import { EncodedPacketSink, VideoSampleSink } from "mediabunny";
import { checkNothingMissing } from "../input/check-complete.ts";
import { tellJumps } from "../input/clock.ts";
import { damagedInput, explainReadError, sizeChange } from "../../driver/explain-error.ts";
import type { OpenedMedia } from "../input/opened-media.ts";
import { createDecodedFrame } from "../../driver/decoded-frame.ts";
import { copyPlanes } from "../../picture/copy-planes.ts";
import type { RawPicture } from "../../picture/raw-picture.ts";
import { webPictures } from "../../web-codecs/web-pictures.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";

/** See {@link MediaReader.frames}. */
export async function* readFrames(
  media: OpenedMedia,
  description: MediaDescription,
  options: ReadOptions,
  toSdr: boolean,
): AsyncGenerator<Frame, void, undefined> {
  const { start, end, signal } = resolveRead(options);
  throwIfAborted(signal);
  const { track } = media.video;
  const sink = new VideoSampleSink(track);
  const { clock } = media;
  const rising = await abortable(clock.rising(), signal);
  if (rising && options.onChanged) tellJumps(clock, rising, options.onChanged);
  const from = Math.max(await firstWanted(media, start, options.atKeyFrame === true), clock.firstShown);
  // where the clock jumps, a time does not say which picture is meant
  const samples = rising ? sink.samples() : sink.samples(clock.toContainer(from), clock.toContainer(end));
  let decoded = 0;
  const seen: number[] = [];
  let last = Number.isFinite(start) ? start : 0;
  try {
    for (;;) {
      const next = await abortable(nextSample(samples, signal), signal);
      if (!next) break;
      const sample = next;
      const onClock = rising?.times[decoded] ?? sample.timestamp;
      decoded++;
      sample.setTimestamp(clock.fromContainer(onClock));
      // a packet's own reaches over to the other clock
      if (rising) sample.setDuration(stepAt(rising.times, decoded - 1));
      if (sample.timestamp >= end) {
        sample.close();
        break;
      }
      if (sample.timestamp < from) {
        sample.close();
        continue;
      }
      if (seen.length > 0 && sample.timestamp <= last) {
        sample.close();
        throw damagedInput(`two pictures claim the time ${sample.timestamp} s`, last, seen.length);
      }
      checkSize(sample, description);
      last = sample.timestamp;
      seen.push(last);
      yield sampleFrame(sample, description.video.color, toSdr);
      throwIfAborted(signal);
    }
    await abortable(checkNothingMissing(media, seen, from, end), signal);
  } catch (error) {
    throwIfAborted(signal);
    throw explainReadError(error, last, seen.length);
  } finally {
    await samples.return();
  }
}

/** Seconds: the start, or of the key frame before it. */
async function firstWanted(
  { clock, video }: OpenedMedia,
  start: number,
  atKeyFrame: boolean,
): Promise<number> {
  if (!atKeyFrame || !Number.isFinite(start)) return start;
  const sink = new EncodedPacketSink(video.track);
  const key = await sink.getKeyPacket(clock.toContainer(start), { metadataOnly: true });
  return key ? Math.min(start, clock.fromContainer(key.timestamp)) : start;
}

/** The next sample; one that arrives after an abort is closed here, for nobody else will. */
async function nextSample(
  samples: AsyncGenerator<VideoSample, void, unknown>,
  signal: AbortSignal | undefined,
): Promise<VideoSample | undefined> {
  const { value, done } = await samples.next();
  if (done === true || !value) return undefined;
  if (signal?.aborted) {
    value.close();
    return undefined;
  }
  return value;
}

/** Seconds from a picture to the next; to the one before for the last. */
function stepAt(times: readonly number[], index: number): number {
  const next = times[index + 1] ?? times[index] ?? 0;
  const from = next === times[index] ? times[index - 1] : times[index];
  return Math.max(0, next - (from ?? next));
}

function checkSize(sample: VideoSample, description: MediaDescription): void {
  const size = { width: sample.codedWidth, height: sample.codedHeight };
  const { video } = description;
  if (size.width === video.width && size.height === video.height) return;
  sample.close();
  throw sizeChange(video, size, sample.timestamp);
}

/**
 * Wraps a decoded sample, and owns it from here on.
 *
 * @param color what the picture states; with `toSdr` the frame states what it was converted to.
 */
function sampleFrame(sample: VideoSample, color: ColorSpace, toSdr: boolean): Frame {
  const { timestamp, duration } = sample;
  const size = { width: sample.codedWidth, height: sample.codedHeight };
  const copy = (picture: RawPicture): Planes =>
    toSdr && needsSdr(picture.format, color) ? planesToSdr(picture, size, color) : copyPlanes(picture, size);
  return createDecodedFrame({
    size,
    timestamp,
    duration,
    color: isRgb(sample.format) ? { ...color, ...rgbPlanesMatrix } : toSdr ? colorAfterSdr(color) : color,
    read: () => webPictures.read(sample, copy),
    free: () => sample.close(),
  });
}

/** Whether the pixels come out as RGB, opaque pictures included, and are turned into BT.601 here. */
function isRgb(format: string | null): boolean {
  return format === null || /^(RGB|BGR)/.test(format);
}
