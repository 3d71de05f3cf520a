/** Which codec the output gets: the one asked for, or the first this environment can encode. */

import type { Container, EncodeOptions, Encoding, Size, VideoCodec } from "@tatami/core";
import { checkInteger, checkOneOf, formatSize, TatamiError, videoCodecs } from "@tatami/core";
import type { OutputFormat } from "mediabunny";
import { canEncodeVideo, Quality } from "mediabunny";
import { bitrateFor } from "../../../driver/bitrate.ts";

/** What the choice is made from. */
export interface CodecQuestion {
  readonly encode: EncodeOptions;
  readonly container: Container;
  readonly format: OutputFormat;
  readonly size: Size;
  readonly frameRate: number | null;
}

/** @throws TatamiError `unsupported-codec` when none of those allowed can be encoded. */
export async function chooseCodec(
  question: CodecQuestion,
): Promise<Pick<Encoding, "codec" | "bitrate" | "rejected">> {
  const { encode } = question;
  const asked =
    encode.codec === undefined ? undefined : checkOneOf("encode.codec", encode.codec, videoCodecs);
  const rejected: { codec: VideoCodec; reason: string }[] = [];
  for (const codec of asked ? [asked] : videoCodecs) {
    const bitrate = resolveBitrate(question, codec);
    const reason = await whyNot(question, codec, bitrate);
    if (reason === undefined) return { codec, bitrate, rejected };
    rejected.push({ codec, reason });
  }
  throw await nothingWorks(question, rejected);
}

function resolveBitrate({ encode, size, frameRate }: CodecQuestion, codec: VideoCodec): number {
  if (encode.bitrate !== undefined) return checkInteger("encode.bitrate", encode.bitrate, 1000);
  return bitrateFor(codec, size, frameRate, checkInteger("encode.quality", encode.quality ?? 75, 1, 100));
}

async function whyNot(
  question: CodecQuestion,
  codec: VideoCodec,
  bitrate: number,
): Promise<string | undefined> {
  const { container, format, size } = question;
  if (!format.getSupportedVideoCodecs().includes(codec)) return `${container} cannot hold it`;
  if ((codec === "avc" || codec === "hevc") && (size.width % 2 === 1 || size.height % 2 === 1)) {
    return `it needs even sizes, and this is ${formatSize(size)}`;
  }
  const can = await canEncodeVideo(codec, {
    width: size.width,
    height: size.height,
    quality: new Quality({ bitrate }),
  });
  return can ? undefined : `this environment cannot encode it at ${formatSize(size)}`;
}

async function nothingWorks(
  question: CodecQuestion,
  rejected: Encoding["rejected"],
): Promise<TatamiError<"unsupported-codec">> {
  const tried = rejected.map(({ codec, reason }) => `${codec}: ${reason}`).join("; ");
  const working: VideoCodec[] = [];
  for (const codec of videoCodecs) {
    if (rejected.some((rejection) => rejection.codec === codec)) continue;
    if ((await whyNot(question, codec, resolveBitrate(question, codec))) === undefined) working.push(codec);
  }
  return new TatamiError({
    code: "unsupported-codec",
    message: `No codec works for ${formatSize(question.size)} in ${question.container} (${tried}).`,
    fix:
      working.length > 0
        ? `Use ${working.join(" or ")} instead.`
        : "Choose another container or a smaller size, or run in another environment.",
    detail: { tried: rejected.map(({ codec }) => codec).join(","), working: working.join(",") },
  });
}
