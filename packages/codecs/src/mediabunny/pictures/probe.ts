/** Decodes one picture when a file is opened: the only sure way to know its depth, size, alpha and decodability. */

import type { MediaDescription, OpenOptions, VideoDescription } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { VideoSample } from "mediabunny";
import { EncodedPacketSink, VideoSampleSink } from "mediabunny";
import {
  brokenOff,
  damagedInput,
  encryptedInput,
  isEncryption,
  messageOf,
} from "../../driver/explain-error.ts";
import { findCut } from "../../driver/find-cut.ts";
import type { OpenedMedia } from "../input/opened-media.ts";
import { webPictures } from "../../web-codecs/web-pictures.ts";
import { mayHoldFields } from "../header/stream-fields.ts";

/** What the first picture showed. */
export interface Probed {
  readonly description: MediaDescription;
  /** Whether transparency comes out of the decoder; a file may have it and the decoder pass it over. */
  readonly decodesAlpha: boolean;
  /** The decoded picture's format in WebCodecs' words; `null` for an opaque one. */
  readonly pictureFormat: string | null;
}

/** The description, completed by the first picture that decodes. */
export async function probeFirstFrame(
  media: OpenedMedia,
  description: MediaDescription,
  { toSdr = false, deinterlace = "auto" }: OpenOptions,
): Promise<Probed> {
  const { track } = media.video;
  if (!(await track.canDecode())) throw undecodable(description);
  const sample = await firstSample(media);
  try {
    const { video } = description;
    const depth = await webPictures.bitDepth(sample);
    if (depth === null && toSdr && video.bitDepth !== 8) throw opaque();
    if (deinterlace === "auto" && (await mayHoldFields(track))) throw interlaced();
    const decodesAlpha = sample.hasAlpha === true;
    const completed: VideoDescription = {
      ...video,
      width: sample.codedWidth,
      height: sample.codedHeight,
      bitDepth: depth ?? video.bitDepth,
      hasAlpha: video.hasAlpha || decodesAlpha,
    };
    return { description: { ...description, video: completed }, decodesAlpha, pictureFormat: sample.format };
  } finally {
    sample.close();
  }
}

async function firstSample(media: OpenedMedia): Promise<VideoSample> {
  const { track } = media.video;
  try {
    const packet = await new EncodedPacketSink(track).getFirstKeyPacket({ verifyKeyPackets: true });
    if (packet) {
      const sink = new VideoSampleSink(track);
      const sample = await sink.getSample(packet.timestamp);
      if (sample) return sample;
    }
  } catch (error) {
    if (isEncryption(error)) throw encryptedInput(error);
    throw damagedInput(`its first picture cannot be decoded (${messageOf(error)})`, 0, 0, error);
  }
  const cut = media.bytes && (await findCut(media.bytes));
  throw cut ? brokenOff(cut, 0, 0) : damagedInput("no picture in it can be decoded", 0, 0);
}

function undecodable(description: MediaDescription): TatamiError<"unsupported-codec"> {
  const codec = description.video.codec ?? "unknown";
  return new TatamiError({
    code: "unsupported-codec",
    message: `This environment cannot decode the video's codec, ${codec}.`,
    fix: "Give FFmpeg's core beside mediabunny (ffmpegCoreDriver), or use a browser that decodes it.",
    detail: { codec },
  });
}

function interlaced(): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message:
      "The pictures are interlaced, two moments woven into each, and this driver cannot take them apart.",
    fix: 'Give FFmpeg\'s core beside mediabunny (ffmpegCoreDriver), which can, or take them as they are: deinterlace: "off" (--deinterlace off).',
  });
}

function opaque(): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: "This browser hands out the decoded pictures in a format whose samples cannot be read.",
    fix: "Run Tatami in Node (the tatami command), or convert the file to 8-bit SDR first.",
  });
}
