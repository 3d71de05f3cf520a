/** Decides how an output is written, before it is touched. */

import { videoStream } from "../input/media.ts";
import type { Container, Encoding, TrackDescription, WriterInit } from "@tatami/core";
import { audioOptions, checkInteger, checkKnownOptions, checkOneOf } from "@tatami/core";
import { refuseDolbyVision } from "../pictures/hdr-metadata.ts";
import { chooseContainer } from "../../driver/choose-container.ts";
import { longestSide } from "../../driver/refuse.ts";
import type { Chapter } from "../input/chapters.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";
import { loadNodeAv } from "../node-av.ts";
import type { ChosenCodec } from "./video/choose-codec.ts";
import { chooseCodec } from "./video/choose-codec.ts";
import { checkEncode } from "./video/encoders.ts";
import { isMatroska } from "./containers.ts";
import type { VideoEncoding } from "./video/open-context.ts";
import { holdsChapters } from "./file/write-chapters.ts";
import { foreignTracks, mediaOf } from "./foreign-media.ts";
import {
  chaptersLost,
  planChapterEnds,
  planClock,
  planLost,
  planMixDown,
  planRange,
  planRecovery,
  planHdr,
  planSampling,
} from "./losses.ts";
import type { StreamPlan } from "./plan-streams.ts";
import { planStreams } from "./plan-streams.ts";
import { planTags, planTrackTags } from "./plan-tags.ts";

/** The plan, and the parts the writer needs to carry it out. */
export interface WritePlan {
  readonly media: Media;
  readonly encoding: Encoding;
  readonly video: VideoEncoding;
  readonly streams: readonly StreamPlan[];
  readonly fileTags: Readonly<Record<string, string>>;
  readonly videoTags: Readonly<Record<string, string>>;
  /** Whether tags are written in QuickTime's form. */
  readonly anyTags: boolean;
  /** Those of the part that is written, at the output's times. */
  readonly chapters: readonly Chapter[];
  /** Seconds by which the output's times lie above the input's: a clock that is kept. */
  readonly clockOffset: number;
}

const encodeKeys = [
  "container",
  "codec",
  "bitrate",
  "quality",
  "crf",
  "preset",
  "encoder",
  "pixelFormat",
  "audio",
];

/** See {@link CodecDriver.planWrite}. */
export async function planWrite(init: WriterInit): Promise<WritePlan> {
  const encode = init.encode ?? {};
  checkKnownOptions("encode", encode, encodeKeys);
  checkEncode(encode);
  const audio = checkOneOf("encode.audio", encode.audio ?? "auto", audioOptions);
  checkInteger("size.width", init.size.width, 1, longestSide);
  checkInteger("size.height", init.size.height, 1, longestSide);
  const { description } = init.reader;
  const media = mediaOf(await loadNodeAv(), init.reader);
  refuseDolbyVision(media.first.hdr);
  const container = chooseContainer(encode, init.output, description.container);
  const chosen = await chooseCodec(init, media, container);
  const planned = await planStreams(media, container, audio);
  const source = videoStream(media);
  const file = planTags(media.tags, container);
  const track = planTrackTags(source.tags, container, "the picture", media.tags);
  const clockOffset =
    isMatroska(container) && isMatroskaName(description.container) && init.read?.start === undefined
      ? description.startTime
      : 0;
  const { streams } = planned;
  const { chapters, ...ofChapters } = planChapters(media, container, init, clockOffset);
  return {
    media,
    encoding: {
      container,
      codec: chosen.video.codec,
      rejected: chosen.rejected,
      bitrate: chosen.video.bitrate,
      ...describeEncoder(chosen),
      copied: [
        ...streams.filter(({ how }) => how !== "encode").map(({ stream }) => describeStream(stream)),
        ...ofChapters.copied,
      ],
      transcoded: streams.flatMap((plan) =>
        plan.how === "encode" ? [{ track: describeStream(plan.stream), codec: plan.encoding.codec }] : [],
      ),
      leftOut: [
        ...planLost(media, source, chosen.video, container),
        ...planned.leftOut,
        ...foreignTracks(media),
        ...ofChapters.leftOut,
      ],
      changed: [
        ...planRecovery(media),
        ...(media.seams ?? []),
        ...planSampling(media, chosen.video),
        ...planHdr(media, chosen.video),
        ...planRange(chosen.video),
        ...planClock(media, clockOffset, init.read?.start),
        ...planChapterEnds(chapters, container, description.duration),
        ...streams.flatMap(planMixDown),
        ...file.changed,
        ...track.changed,
        ...streams.flatMap(({ stream }) =>
          isSpoken(stream)
            ? planTrackTags(stream.tags, container, `track ${stream.index}`, media.tags).changed
            : [],
        ),
      ],
    },
    video: chosen.video,
    streams,
    fileTags: file.file,
    videoTags: track.track,
    anyTags: file.anyTags,
    chapters,
    clockOffset,
  };
}

/** What is told of how the picture is encoded. */
function describeEncoder({ video, rejectedEncoders }: ChosenCodec): Partial<Encoding> {
  const { setup, bits, asked } = video;
  const { crf, preset } = asked;
  return {
    ...(setup && { encoder: setup.name }),
    pixelFormat: bits === 10 ? "yuv420p10le" : "yuv420p",
    ...(crf !== undefined && { crf }),
    ...(preset !== undefined && { preset }),
    ...(rejectedEncoders.length > 0 && { rejectedEncoders }),
  };
}

/** Chapters that are written, and what is told of them. */
interface ChaptersPlan extends Pick<WritePlan, "chapters">, Pick<Encoding, "leftOut"> {
  readonly copied: readonly TrackDescription[];
}

function planChapters(
  media: Media,
  container: Container,
  { output, read }: WriterInit,
  offset: number,
): ChaptersPlan {
  const told = media.description.tracks.filter(({ kind }) => kind === "chapters");
  const canChange = output === undefined || typeof output === "string";
  if (canChange && holdsChapters(container, media.chapters.length)) {
    const chapters = cutChapters(media.chapters, read ?? {}, offset);
    return { chapters, copied: chapters.length > 0 ? told : [], leftOut: [] };
  }
  const why = canChange
    ? `${container} holds 255 of them at most`
    : "a stream cannot be changed where they would be written";
  return { chapters: [], copied: [], leftOut: told.map(() => chaptersLost(media, why)) };
}

function cutChapters(
  chapters: readonly Chapter[],
  { start = 0, end = Infinity }: { readonly start?: number; readonly end?: number },
  offset: number,
): readonly Chapter[] {
  return chapters
    .filter((chapter) => chapter.end > start && chapter.start < end)
    .map((chapter) => ({
      ...chapter,
      start: Math.max(chapter.start, start) - start + offset,
      end: Math.min(chapter.end, end) - start + offset,
    }));
}

/** Whether a stream's tags are its own: an attached file's are its name and kind. */
function isSpoken({ kind }: InputStream): boolean {
  return kind === "audio" || kind === "subtitle" || kind === "data";
}

function isMatroskaName(container: string): boolean {
  return container === "Matroska" || container === "WebM";
}
