/** Which codec the output gets: the one asked for, or the first that this FFmpeg encodes and the container holds. */

import type { ColorSpace, EncodeOptions, Encoding, Size, VideoCodec, WriterInit } from "@tatami/core";
import {
  checkInteger,
  checkOneOf,
  formatSize,
  invalidOption,
  isHighDynamicRange,
  TatamiError,
  videoCodecs,
} from "@tatami/core";
import { bitrateFor } from "../../../driver/bitrate.ts";
import { rgbPlanesMatrix } from "../../../picture/rgb-to-planes.ts";
import { colorAfterSdr } from "../../../picture/to-sdr.ts";
import type { Media } from "../../input/media.ts";
import { bitsOfFrames, videoStream } from "../../input/media.ts";
import { isRgbFormat } from "../../pictures/pixel-formats.ts";
import { canHold, isMatroska } from "../containers.ts";
import { checkForCodec } from "./encoders.ts";
import type { FoundContext, VideoEncoding } from "./open-context.ts";
import { openVideoContext } from "./open-context.ts";

/** What was chosen. */
export interface ChosenCodec {
  readonly video: VideoEncoding;
  readonly rejected: Encoding["rejected"];
  readonly rejectedEncoders: FoundContext["rejected"];
}

/** @throws TatamiError `unsupported-codec` when none of those allowed can be encoded. */
export async function chooseCodec(
  init: WriterInit,
  media: Media,
  container: Encoding["container"],
): Promise<ChosenCodec> {
  const encode = init.encode ?? {};
  const asked =
    encode.codec === undefined ? undefined : checkOneOf("encode.codec", encode.codec, videoCodecs);
  const rejected: { codec: VideoCodec; reason: string }[] = [];
  for (const codec of asked ? [asked] : videoCodecs) {
    const video = encodingOf(init, media, codec, container);
    const tried = await tryCodec(media, video, container);
    if (typeof tried !== "string") {
      checkForCodec(encode, codec);
      return { ...tried, rejected };
    }
    rejected.push({ codec, reason: tried });
  }
  const working: VideoCodec[] = [];
  // what is said in one codec's words is no reason against another
  const { crf: _, preset: __, ...plainly } = encode;
  const plain = { ...init, encode: plainly };
  for (const codec of videoCodecs.filter((each) => !rejected.some((rejection) => rejection.codec === each)))
    if (typeof (await tryCodec(media, encodingOf(plain, media, codec, container), container)) !== "string")
      working.push(codec);
  throw nothingWorks(init.size, container, rejected, working);
}

/** Bits that are written a sample. @throws TatamiError `invalid-option` for a high dynamic range in 8 bits. */
function bitsWritten({ pixelFormat }: EncodeOptions, media: Media): 8 | 10 {
  const isDeep = bitsOfFrames(media) > 8;
  if (pixelFormat === undefined) return isDeep ? 10 : 8;
  if (pixelFormat === "yuv420p" && isDeep && isHighDynamicRange(media.description.video.color))
    throw invalidOption(
      "encode.pixelFormat",
      "yuv420p10le for a high dynamic range: its curve would show steps in 8 bits",
      pixelFormat,
      "Leave encode.pixelFormat out, or set open.toSdr to have 8-bit BT.709.",
    );
  return pixelFormat === "yuv420p" ? 8 : 10;
}

function encodingOf(
  init: WriterInit,
  media: Media,
  codec: VideoCodec,
  container: Encoding["container"],
): VideoEncoding {
  const encode = init.encode ?? {};
  const { size } = init;
  const { frameRate, ticksPerSecond, pixelAspectRatio, hasAlpha, color } = init.reader.description.video;
  const quality = checkInteger("encode.quality", encode.quality ?? 75, 1, 100);
  const bitrate =
    encode.bitrate === undefined
      ? bitrateFor(codec, size, frameRate, quality)
      : checkInteger("encode.bitrate", encode.bitrate, 1000);
  const bits = bitsWritten(encode, media);
  return {
    ...size,
    codec,
    bitrate,
    bits,
    asked: encode,
    hdr: media.options.toSdr === true ? { dynamic: [] } : media.first.hdr,
    frameRate,
    ticksPerSecond,
    pixelAspectRatio,
    withAlpha:
      hasAlpha && codec === "vp9" && isMatroska(container) && bits === 8 && bitsOfFrames(media) === 8,
    color: colorOfFrames(media, color),
    chromaLocation: media.first.chromaLocation,
  };
}

/** What decoded frames state: other than the file where they are converted on their way. */
function colorOfFrames({ options, first }: Media, color: ColorSpace): ColorSpace {
  const converted = options.toSdr === true ? colorAfterSdr(color) : color;
  return isRgbFormat(first.pixelFormat) ? { ...converted, ...rgbPlanesMatrix } : converted;
}

/** @returns why it cannot be. */
async function tryCodec(
  media: Media,
  encoding: VideoEncoding,
  container: Encoding["container"],
): Promise<string | Omit<ChosenCodec, "rejected">> {
  const { nodeAv } = media;
  const { codec, width, height, bits } = encoding;
  if ((codec === "avc" || codec === "hevc") && (width % 2 === 1 || height % 2 === 1))
    return `it needs even sizes, and this is ${formatSize(encoding)}`;
  if (codec === "avc" && bits > 8) return `hardly any player shows ${bits} bits of it`;
  const { opened, rejected } = await openVideoContext(nodeAv, encoding);
  if (!opened) {
    const others = rejected.map(({ encoder, reason }) => `${encoder}: ${reason}`).join("; ");
    return `this FFmpeg cannot encode it at ${formatSize(encoding)}${others && ` (${others})`}`;
  }
  using _ = opened;
  const held = await canHold(nodeAv, container, { ...videoStream(media), tags: {} }, (parameters) => {
    nodeAv.FFmpegError.throwIfError(parameters.fromContext(opened.context), "Asking the container");
  });
  if (!held) return `${container} cannot hold it`;
  return { video: { ...encoding, setup: opened.setup }, rejectedEncoders: rejected };
}

function nothingWorks(
  size: Size,
  container: string,
  rejected: Encoding["rejected"],
  working: readonly VideoCodec[],
): TatamiError<"unsupported-codec"> {
  const tried = rejected.map(({ codec, reason }) => `${codec}: ${reason}`).join("; ");
  return new TatamiError({
    code: "unsupported-codec",
    message: `No codec works for ${formatSize(size)} in ${container} (${tried}).`,
    fix:
      working.length > 0
        ? `Use ${working.join(" or ")} instead (codec, --codec).`
        : "Choose another container or a smaller size.",
    detail: { tried: rejected.map(({ codec }) => codec).join(","), working: working.join(",") },
  });
}
