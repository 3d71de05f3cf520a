/** Raw video without a header: pictures one after the other, whose size and samples whoever hands it over has to say. */

import { checkInteger, checkKnownOptions, invalidOption, TatamiError } from "@tatami/core";
import type { AVPixelFormat } from "node-av";
import type { NodeAv } from "../node-av.ts";
import type { Address } from "../input/address.ts";
import type { InputStream } from "../input/input-streams.ts";

/** What is said of raw video; its rate is `open.frameRate`, 25 a second where it is not given. */
export interface RawVideo {
  /** Pixels. */
  readonly width: number;
  /** Pixels. */
  readonly height: number;
  /** FFmpeg's name of how samples lie (`ffmpeg -pix_fmts`): yuv420p, yuv420p10le, nv12, rgb24. */
  readonly format: string;
}

/** Longest side. */
const mostPixels = 2 ** 15;

/** @throws TatamiError `invalid-option` */
export function checkRawVideo(path: string, raw: RawVideo): RawVideo {
  checkKnownOptions(path, raw, ["width", "height", "format"]);
  checkInteger(`${path}.width`, raw.width, 1, mostPixels);
  checkInteger(`${path}.height`, raw.height, 1, mostPixels);
  if (typeof raw.format !== "string") throw invalidOption(`${path}.format`, "a text", raw.format);
  return raw;
}

/**
 * The address as raw video.
 *
 * @throws TatamiError `invalid-option` for a format that FFmpeg does not know, or that has no pixels in memory
 */
export function asRawVideo(
  nodeAv: NodeAv,
  address: Address,
  { width, height, format }: RawVideo,
  frameRate = 25,
): Address {
  const known = nodeAv.avGetPixFmtFromName(format);
  if (known < 0 || nodeAv.avImageGetBufferSize(known, width, height, 1) <= 0)
    throw invalidOption(
      "raw.format",
      "FFmpeg's name of a pixel format",
      format,
      "Say how the samples lie, for instance yuv420p, yuv420p10le, nv12 or rgb24; ffmpeg -pix_fmts lists all.",
    );
  return {
    ...address,
    demuxer: "rawvideo",
    options: { video_size: `${width}x${height}`, pixel_format: format, framerate: String(frameRate) },
  };
}

/** Why raw video could not be opened: what is said of it does not fit what is there. */
export function explainRaw(error: unknown, { width, height, format }: RawVideo): unknown {
  if (!TatamiError.is(error, "damaged-input")) return error;
  return new TatamiError({
    code: "damaged-input",
    message: `There is not one whole picture of ${width}×${height} in ${format}.`,
    fix: "Check size and format (raw, --input-size, --input-format), and that whoever writes it has not failed.",
    cause: error,
  });
}

/** How much of a picture is there, where it is not all: the last one of a stream that was cut, or that has another size. */
export function tellPartOfPicture(
  nodeAv: NodeAv,
  { codec, parameters }: InputStream,
  size: number,
): string | undefined {
  if (codec !== "rawvideo") return undefined;
  const { format, width, height } = parameters;
  const whole = nodeAv.avImageGetBufferSize(format as AVPixelFormat, width, height, 1);
  return size < whole ? `it has ${size} bytes of ${whole}` : undefined;
}
