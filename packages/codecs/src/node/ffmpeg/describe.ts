/** Describes an input from its streams and its first picture. */

import type { MediaDescription, VideoDescription } from "@tatami/core";
import type { VideoSample } from "mediabunny";
import { toColorSpace } from "../../mediabunny/color.ts";
import type { Packages } from "../packages.ts";
import { ffmpegPictures } from "../pictures.ts";
import type { InputStream } from "./input-streams.ts";
import { describeStream } from "./input-streams.ts";

/** What FFmpeg's reading of a file leaves out, where the container can have it. */
const unseen = "Chapters of files that FFmpeg reads are not seen, and not copied.";

/** Containers that can have chapters. */
const withChapters: readonly string[] = ["Matroska", "MP4", "MOV", "WMV", "Ogg", "NUT"];

/**
 * @param duration seconds; Infinity for a source without an end.
 * @param first the first picture that could be decoded.
 */
export async function describeMedia(
  { nodeAv }: Packages,
  container: string,
  duration: number,
  streams: readonly InputStream[],
  video: InputStream,
  first: VideoSample,
): Promise<MediaDescription> {
  const { parameters, timeBase } = video;
  const stated = video.pixelAspectRatio.num > 0 ? video.pixelAspectRatio : parameters.sampleAspectRatio;
  const description: VideoDescription = {
    width: first.codedWidth,
    height: first.codedHeight,
    codec: video.codec,
    rotation: rotationOf(parameters.getCodedSideData(nodeAv.AV_PKT_DATA_DISPLAYMATRIX)),
    pixelAspectRatio:
      stated.num > 0 && stated.den > 0
        ? { numerator: stated.num, denominator: stated.den }
        : { numerator: 1, denominator: 1 },
    color: toColorSpace(first.colorSpace),
    bitDepth: await ffmpegPictures.bitDepth(first),
    hasAlpha: first.hasAlpha === true,
    frameCount: video.frameCount,
    frameRate: video.frameRate > 0 ? video.frameRate : null,
    // Where a tick is no whole fraction of a second (1001/30000) a finer clock holds every tick of it.
    ticksPerSecond: timeBase.den % timeBase.num === 0 ? timeBase.den / timeBase.num : timeBase.den,
    bitrate: parameters.bitRate > 0n ? Number(parameters.bitRate) : null,
  };
  return {
    container,
    duration,
    startTime: 0,
    video: description,
    tracks: streams.map(describeStream),
    blindSpots: withChapters.includes(container) ? [unseen] : [],
  };
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
