/** Describes an input from its streams and its first picture. */

import type { ColorSpace, MediaDescription, Size, VideoDescription } from "@tatami/core";
import type { Chapter } from "./chapters.ts";
import type { InputStream } from "./input-streams.ts";
import { describeStream } from "./input-streams.ts";

/** What is told of the first picture. */
export interface Pictured extends Size {
  readonly color: ColorSpace;
  readonly bitDepth: number;
  readonly hasAlpha: boolean;
  /** Clockwise degrees. */
  readonly rotation: VideoDescription["rotation"];
}

/** What else is told of an input. */
export interface Told extends Pictured {
  readonly chapters: readonly Chapter[];
}

/** @param clock seconds: how long the input lasts (Infinity for one without an end), and where its clock begins. */
export function describeMedia(
  container: string,
  clock: Pick<MediaDescription, "duration" | "startTime">,
  streams: readonly InputStream[],
  video: InputStream,
  first: Told,
): MediaDescription {
  const { parameters, timeBase } = video;
  const stated = video.pixelAspectRatio.num > 0 ? video.pixelAspectRatio : parameters.sampleAspectRatio;
  const { width, height, color, bitDepth, hasAlpha, rotation } = first;
  const description: VideoDescription = {
    width,
    height,
    codec: video.codec,
    rotation,
    pixelAspectRatio:
      stated.num > 0 && stated.den > 0
        ? { numerator: stated.num, denominator: stated.den }
        : { numerator: 1, denominator: 1 },
    color,
    bitDepth,
    hasAlpha,
    frameCount: video.frameCount,
    frameRate: video.frameRate > 0 ? video.frameRate : null,
    // Where a tick is no whole fraction of a second (1001/30000) a finer clock holds every tick of it.
    ticksPerSecond: timeBase.den % timeBase.num === 0 ? timeBase.den / timeBase.num : timeBase.den,
    bitrate: parameters.bitRate > 0n ? Number(parameters.bitRate) : null,
  };
  const hasChapters = first.chapters.length > 0;
  // QuickTime keeps chapters as a track of text, which is not told of beside them
  const own = streams.filter((stream) => !hasChapters || !isChapterText(stream)).map(describeStream);
  const chapters = { kind: "chapters", index: streams.length, codec: null, language: null } as const;
  const tracks = hasChapters ? [...own, chapters] : own;
  return { container, ...clock, video: description, tracks, blindSpots: [] };
}

/**
 * Clockwise degrees of a display matrix: nine 32-bit numbers, of which the first two turn.
 * Source: ISO/IEC 14496-12, section 6.2.2.
 */
export function rotationOf(matrix: Uint8Array | null): 0 | 90 | 180 | 270 {
  if (!matrix || matrix.byteLength < 36) return 0;
  const view = new DataView(matrix.buffer, matrix.byteOffset, matrix.byteLength);
  // FFmpeg keeps it in the machine's own order, which is little-endian wherever Node runs.
  const angle = Math.atan2(view.getInt32(4, true), view.getInt32(0, true));
  const quarters = (Math.round(angle / (Math.PI / 2)) + 4) % 4;
  return ([0, 90, 180, 270] as const)[quarters] ?? 0;
}

/** Whether a stream is the text of QuickTime's chapters. */
export function isChapterText({ kind, parameters }: InputStream): boolean {
  return kind === "data" && parameters.codecTagString === "text";
}
