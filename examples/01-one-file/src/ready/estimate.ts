/** How long the work will take and how large its result will be, as far as one frame and a plan can tell. */

import type { MediaDescription } from "@tatami/core";
import { formatBytes, formatDuration } from "@tatami/example-parts/format";
import type { Cut } from "./cut.ts";

/** What is known before the work begins. */
export interface KnownBefore {
  readonly description: MediaDescription;
  /** Of the original, in bytes. */
  readonly fileSize: number;
  readonly cut: Cut;
  /** Milliseconds that the enlarging of one frame took here; absent until one was. */
  readonly frameMs?: number;
  /** Bits a second the result's pictures will have, by the plan; absent until there is one. */
  readonly bitrate?: number;
}

/** Seconds of work, and bytes of the result; absent where nothing can be said. */
export interface Estimate {
  readonly seconds?: number;
  readonly bytes?: number;
}

/** Every frame takes as long as the measured one; sound keeps its share of the original. */
export const estimate = ({ description, fileSize, cut, frameMs, bitrate }: KnownBefore): Estimate => {
  const { video, duration } = description;
  if (!Number.isFinite(duration) || duration <= 0) return {};
  const length = Math.max(0, cut.end - cut.start);
  const frames = framesIn(description, length);
  const seconds = frames === undefined || frameMs === undefined ? {} : { seconds: (frames * frameMs) / 1000 };
  if (bitrate === undefined) return seconds;
  const pictures = ((video.bitrate ?? Infinity) * duration) / 8;
  const sound = Math.max(0, fileSize - pictures) * (length / duration);
  return { ...seconds, bytes: (bitrate * length) / 8 + sound };
};

const framesIn = ({ video, duration }: MediaDescription, length: number): number | undefined => {
  if (video.frameCount !== null) return video.frameCount * (length / duration);
  return video.frameRate === null ? undefined : video.frameRate * length;
};

/** "About 1 min 20 s and 4.2 MB": two figures at most, for that is how well it is known. */
export const describeEstimate = ({ seconds, bytes }: Estimate): string => {
  const parts = [
    ...(seconds === undefined ? [] : [formatDuration(Math.max(1, roundRoughly(seconds)))]),
    ...(bytes === undefined ? [] : [formatBytes(roundRoughly(bytes))]),
  ];
  return parts.length === 0 ? "" : `About ${parts.join(" and ")}`;
};

const roundRoughly = (value: number): number => {
  if (value < 60) return Math.ceil(value);
  const unit = 10 ** (Math.floor(Math.log10(value)) - 1);
  return Math.round(value / unit) * unit;
};
