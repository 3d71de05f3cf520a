/** Decides how an output is written, before it is touched. */

import type {
  Changed,
  Encoding,
  LeftOut,
  MediaDescription,
  TrackDescription,
  WriterInit,
} from "@tatami/core";
import { checkInteger, checkKnownOptions, checkOneOf } from "@tatami/core";
import type { OutputFormat } from "mediabunny";
import { chooseCodec } from "./choose-codec.ts";
import { chooseContainer, createFormat } from "./choose-container.ts";
import type { MetadataPlan } from "./copy-chapters.ts";
import { planMetadata } from "./copy-chapters.ts";
import type { OpenedMedia } from "./opened-media.ts";
import { formatSeconds } from "./explain-error.ts";
import { findOpenedMedia } from "./opened-media.ts";
import { planAudio } from "./plan-audio.ts";
import type { AudioPlan } from "./plan-audio.ts";
import type { ExtraPlan, Platform } from "./platform.ts";
import { longestSide } from "./refuse.ts";

/** The plan, and the parts the writer needs to carry it out. */
export interface WritePlan {
  readonly encoding: Encoding;
  readonly format: OutputFormat;
  /** What stands behind the reader; absent when another driver made it. */
  readonly media: OpenedMedia | undefined;
  readonly audio: AudioPlan;
  readonly extra: ExtraPlan | undefined;
  /** Absent when another driver made the reader. */
  readonly metadata: MetadataPlan | undefined;
  /** Whether the codec carries transparency along. */
  readonly keepAlpha: boolean;
}

/** See {@link CodecDriver.planWrite}. */
export async function planWrite(init: WriterInit, platform: Platform): Promise<WritePlan> {
  const encode = init.encode ?? {};
  checkKnownOptions("encode", encode, ["container", "codec", "bitrate", "quality", "audio"]);
  const audioOption = checkOneOf("encode.audio", encode.audio ?? "auto", ["auto", "copy", "encode", "drop"]);
  checkInteger("size.width", init.size.width, 1, longestSide);
  checkInteger("size.height", init.size.height, 1, longestSide);
  const { description } = init.reader;
  const container = chooseContainer(encode, init.output, description.container);
  const media = findOpenedMedia(init.reader);
  const extra = media?.extra?.plan(init, container);
  const isRewritten = (extra?.copied.length ?? 0) > 0;
  const metadata = media && (await planMetadata(media, container, init.read ?? {}, isRewritten));
  const format = createFormat(container, init.output, metadata?.keepsChapters ?? false);
  const { size } = init;
  const { frameRate, hasAlpha } = description.video;
  const { codec, bitrate, rejected } = await chooseCodec({
    encode,
    container,
    format,
    size,
    frameRate,
    platform,
  });
  const audio = planAudio(init.reader, media, format, container, audioOption);
  const holdsAlpha = codec === "vp9" && (container === "webm" || container === "mkv");
  const decodesAlpha = media?.decodesAlpha ?? true;
  const keepAlpha = hasAlpha && holdsAlpha && decodesAlpha;
  const videoTrack = description.tracks.find((track) => track.kind === "video");
  const leftOut: LeftOut[] = [
    ...(hasAlpha && !keepAlpha && videoTrack
      ? [alphaLost(videoTrack, holdsAlpha ? undefined : `${codec} in ${container}`)]
      : []),
    ...(media ? media.otherVideo.map(({ description: track }) => secondVideo(track)) : []),
    ...audio.leftOut,
    ...(extra?.leftOut ?? []),
    ...(metadata?.leftOut ?? []),
    ...(media ? [] : description.tracks.filter((track) => !isSeen(track, videoTrack)).map(notMine)),
  ];
  const copied = [...audio.copied, ...(extra?.copied ?? []), ...(metadata?.copied ?? [])];
  return {
    encoding: {
      container,
      codec,
      rejected,
      bitrate,
      copied,
      transcoded: audio.transcoded,
      leftOut,
      changed: planChanges(description),
    },
    format,
    media,
    audio,
    extra,
    metadata,
    keepAlpha,
  };
}

function alphaLost(track: TrackDescription, writing: string | undefined): LeftOut {
  const message =
    writing === undefined
      ? `Transparency is lost: the decoder for ${track.codec ?? "this codec"} does not give it.`
      : `Transparency is lost: ${writing} cannot hold it; write VP9 to WebM or MKV to keep it.`;
  return { track, reason: "alpha-not-encodable", message };
}

function secondVideo(track: TrackDescription): LeftOut {
  return {
    track,
    reason: "second-video-track",
    message: `Video track ${track.index} is not the one upscaled.`,
  };
}

/** Whether a foreign reader's track is spoken of elsewhere: the picture, and the sound, which is planned by itself. */
function isSeen(track: TrackDescription, video: TrackDescription | undefined): boolean {
  return track === video || track.kind === "audio";
}

function notMine(track: TrackDescription): LeftOut {
  const message = `Track ${track.index} (${track.kind}) was opened by another driver and cannot be copied by this one.`;
  return { track, reason: "driver-cannot-copy", message };
}

/** What is known to become otherwise before anything is read. */
function planChanges({ startTime }: MediaDescription): readonly Changed[] {
  if (Math.abs(startTime) < leastOffset) return [];
  const message = `The output's clock begins at 0; the input's begins at ${formatSeconds(startTime)}.`;
  return [{ kind: "times", message }];
}

/** Seconds that are no offset of a clock, but a container's rounding. */
const leastOffset = 0.0005;
