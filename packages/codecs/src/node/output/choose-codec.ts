/** Which codec the output gets: the one asked for, or the first that this FFmpeg encodes and the container holds. */

import type { ColorSpace, Encoding, Size, VideoCodec, WriterInit } from "@tatami/core";
import { checkInteger, checkOneOf, formatSize, TatamiError } from "@tatami/core";
import { bitrateFor } from "../../driver/bitrate.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr } from "../../picture/to-sdr.ts";
import type { Media } from "../input/media.ts";
import { videoStream } from "../input/media.ts";
import { isRgbFormat } from "../pictures/pixel-formats.ts";
import { canHold, isMatroska } from "./containers.ts";
import type { VideoEncoding } from "./encode-video.ts";
import { openVideoContext } from "./encode-video.ts";

/** Tried in this order: what plays in most places first. */
const codecLadder: readonly VideoCodec[] = ["avc", "hevc", "vp9", "av1"];

/** @throws TatamiError `unsupported-codec` when none of those allowed can be encoded. */
export async function chooseCodec(
  init: WriterInit,
  media: Media,
  container: Encoding["container"],
): Promise<{ readonly video: VideoEncoding; readonly rejected: Encoding["rejected"] }> {
  const encode = init.encode ?? {};
  const asked =
    encode.codec === undefined ? undefined : checkOneOf("encode.codec", encode.codec, codecLadder);
  const rejected: { codec: VideoCodec; reason: string }[] = [];
  for (const codec of asked ? [asked] : codecLadder) {
    const video = encodingOf(init, media, codec, container);
    const reason = await whyNot(media, video, container);
    if (reason === undefined) return { video, rejected };
    rejected.push({ codec, reason });
  }
  const working: VideoCodec[] = [];
  for (const codec of codecLadder.filter((each) => !rejected.some((rejection) => rejection.codec === each)))
    if (!(await whyNot(media, encodingOf(init, media, codec, container), container))) working.push(codec);
  throw nothingWorks(init.size, container, rejected, working);
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
  return {
    ...size,
    codec,
    bitrate,
    frameRate,
    ticksPerSecond,
    pixelAspectRatio,
    withAlpha: hasAlpha && codec === "vp9" && isMatroska(container),
    color: colorOfFrames(media, color),
    chromaLocation: media.first.chromaLocation,
  };
}

/** What decoded frames state: other than the file where they are converted on their way. */
function colorOfFrames({ options, first }: Media, color: ColorSpace): ColorSpace {
  const converted = options.toSdr === true ? colorAfterSdr(color) : color;
  return isRgbFormat(first.pixelFormat) ? { ...converted, ...rgbPlanesMatrix } : converted;
}

async function whyNot(
  media: Media,
  encoding: VideoEncoding,
  container: Encoding["container"],
): Promise<string | undefined> {
  const { nodeAv } = media;
  const { codec, width, height } = encoding;
  if ((codec === "avc" || codec === "hevc") && (width % 2 === 1 || height % 2 === 1))
    return `it needs even sizes, and this is ${formatSize(encoding)}`;
  const context = await openVideoContext(nodeAv, encoding);
  if (!context) return `this FFmpeg cannot encode it at ${formatSize(encoding)}`;
  try {
    const held = await canHold(nodeAv, container, { ...videoStream(media), tags: {} }, (parameters) => {
      nodeAv.FFmpegError.throwIfError(parameters.fromContext(context), "Asking the container");
    });
    return held ? undefined : `${container} cannot hold it`;
  } finally {
    context.freeContext();
  }
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
