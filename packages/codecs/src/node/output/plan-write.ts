/** Decides how an output is written, before it is touched. */

import type { Changed, ColorSpace, Encoding, LeftOut, Size, VideoCodec, WriterInit } from "@tatami/core";
import {
  checkInteger,
  checkKnownOptions,
  checkOneOf,
  formatSize,
  isHighDynamicRange,
  TatamiError,
} from "@tatami/core";
import { bitrateFor } from "../../mediabunny/bitrate.ts";
import { chooseContainer } from "../../mediabunny/choose-container.ts";
import { longestSide } from "../../mediabunny/refuse.ts";
import { rgbPlanesMatrix } from "../../mediabunny/rgb-to-planes.ts";
import { colorAfterSdr } from "../../mediabunny/to-sdr.ts";
import type { Chapter } from "../input/chapters.ts";
import type { InputStream } from "../input/input-streams.ts";
import { describeStream } from "../input/input-streams.ts";
import type { Media } from "../input/media.ts";
import { chromaSamplingOf, isRgbFormat } from "../pictures/pixel-formats.ts";
import type { VideoEncoding } from "./encode-video.ts";
import { openVideoContext } from "./encode-video.ts";
import { canHold, isMatroska } from "./containers.ts";
import type { StreamPlan } from "./plan-streams.ts";
import { planStreams } from "./plan-streams.ts";
import { foreignTracks, mediaOf } from "./foreign-media.ts";
import { loadNodeAv } from "../node-av.ts";
import { planTags, planTrackTags } from "./tags.ts";
import { holdsChapters } from "./write-chapters.ts";

/** Tried in this order: what plays in most places first. */
const codecLadder: readonly VideoCodec[] = ["avc", "hevc", "vp9", "av1"];

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

/** See {@link CodecDriver.planWrite}. */
export async function planWrite(init: WriterInit): Promise<WritePlan> {
  const encode = init.encode ?? {};
  checkKnownOptions("encode", encode, ["container", "codec", "bitrate", "quality", "audio"]);
  const audio = checkOneOf("encode.audio", encode.audio ?? "auto", ["auto", "copy", "encode", "drop"]);
  checkInteger("size.width", init.size.width, 1, longestSide);
  checkInteger("size.height", init.size.height, 1, longestSide);
  const { description } = init.reader;
  const media = mediaOf(await loadNodeAv(), init.reader);
  const container = chooseContainer(encode, init.output, description.container);
  const chosen = await chooseCodec(init, media, container);
  const planned = await planStreams(media, container, audio);
  const source = media.streams.find(({ index }) => index === media.video)!;
  const file = planTags(media.tags, container);
  const track = planTrackTags(source.tags, container, "picture", media.tags);
  const clockOffset =
    isMatroska(container) && isMatroskaName(description.container) && init.read?.start === undefined
      ? description.startTime
      : 0;
  const { streams } = planned;
  const told = media.description.tracks.find(({ kind }) => kind === "chapters");
  const isKept = init.output === undefined || typeof init.output === "string";
  const holds = isKept && holdsChapters(container, media.chapters.length);
  const chapters = holds ? cutChapters(media.chapters, init.read ?? {}, clockOffset) : [];
  return {
    media,
    encoding: {
      container,
      codec: chosen.video.codec,
      rejected: chosen.rejected,
      bitrate: chosen.video.bitrate,
      copied: [
        ...streams.filter(({ how }) => how !== "encode").map(({ stream }) => describeStream(stream)),
        ...(told && chapters.length > 0 ? [told] : []),
      ],
      transcoded: streams.flatMap((plan) =>
        plan.how === "encode" ? [{ track: describeStream(plan.stream), codec: plan.encoding.codec }] : [],
      ),
      leftOut: [
        ...planLost(media, source, chosen.video, container),
        ...planned.leftOut,
        ...foreignTracks(media),
        ...(told && !holds
          ? [
              chaptersLost(
                media,
                isKept
                  ? `${container} holds 255 of them at most`
                  : "a stream cannot be changed where they would be written",
              ),
            ]
          : []),
      ],
      changed: [
        ...planRecovery(media),
        ...planSampling(media),
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

/** MP4's list of chapters says where each begins, so that each lasts up to the next. */
function planChapterEnds(chapters: readonly Chapter[], container: string, duration: number): Changed[] {
  if (container === "mkv" || container === "webm") return [];
  const early = chapters.findIndex(({ end }, index) => end < (chapters[index + 1]?.start ?? duration) - 0.05);
  if (early === -1) return [];
  const message = `Chapter ${early + 1} ends before the next begins, which ${container} cannot say; it lasts up to there.`;
  return [{ kind: "times", message }];
}

/** The loss of the chapters. */
export function chaptersLost({ description }: Media, why: string): LeftOut {
  const track = description.tracks.find(({ kind }) => kind === "chapters")!;
  return { track, reason: "container-cannot-hold", message: `The chapters are not copied: ${why}.` };
}

function isMatroskaName(container: string): boolean {
  return container === "Matroska" || container === "WebM";
}

/** @throws TatamiError `unsupported-codec` when none of those allowed can be encoded. */
async function chooseCodec(
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
  { nodeAv, streams, video }: Media,
  encoding: VideoEncoding,
  container: Encoding["container"],
): Promise<string | undefined> {
  const { codec, width, height } = encoding;
  if ((codec === "avc" || codec === "hevc") && (width % 2 === 1 || height % 2 === 1))
    return `it needs even sizes, and this is ${formatSize(encoding)}`;
  const context = await openVideoContext(nodeAv, encoding);
  if (!context) return `this FFmpeg cannot encode it at ${formatSize(encoding)}`;
  try {
    const source = streams.find(({ index }) => index === video)!;
    const held = await canHold(nodeAv, container, { ...source, tags: {} }, (parameters) => {
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

/** What of the picture itself is lost, as far as the first one shows; the writer looks at the others. */
function planLost({ first }: Media, source: InputStream, video: VideoEncoding, container: string): LeftOut[] {
  return [
    ...(first.isTransparent && !video.withAlpha ? [alphaLost(source, video.codec, container)] : []),
    ...(first.hasCaptions && !carriesCaptions(video.codec) ? [captionsLost(source, video.codec)] : []),
  ];
}

/** Whether an encoder writes closed captions into its stream. */
export function carriesCaptions(codec: VideoCodec): boolean {
  return codec === "avc" || codec === "hevc";
}

/** The loss of transparency. */
export function alphaLost(source: InputStream, codec: VideoCodec, container: string): LeftOut {
  const message = `Transparency is lost: ${codec} in ${container} cannot hold it; write VP9 to WebM or MKV to keep it.`;
  return { track: describeStream(source), reason: "alpha-not-encodable", message };
}

/** The loss of closed captions. */
export function captionsLost(source: InputStream, codec: VideoCodec): LeftOut {
  const message = `The closed captions in the picture are lost: ${codec} has no place for them; write avc or hevc to keep them.`;
  const track = { ...describeStream(source), kind: "subtitle" as const, codec: "eia_608" };
  return { track, reason: "container-cannot-hold", message };
}

function planSampling({ first, description }: Media): Changed[] {
  const sampling = chromaSamplingOf(first.pixelFormat);
  const { bitDepth } = description.video;
  const deeper = bitDepth !== null && bitDepth > 8 ? [`${bitDepth} bits a sample become 8`] : [];
  const finer =
    sampling !== undefined && sampling !== "4:2:0" ? [`colour sampled ${sampling} becomes 4:2:0`] : [];
  const rgb = isRgbFormat(first.pixelFormat) ? ["R′G′B′ becomes BT.601 4:2:0"] : [];
  const sampled = [...deeper, ...finer, ...rgb].map((what) => ({
    kind: "sampling" as const,
    message: `${what}.`,
  }));
  if (!isHighDynamicRange(description.video.color)) return sampled;
  return [...sampled, { kind: "color", message: "High dynamic range becomes BT.709, as asked." }];
}

function planRecovery({ isRecovered, description }: Media): Changed[] {
  if (!isRecovered) return [];
  const rate = description.video.frameRate ?? 25;
  const message = `The recording's index is missing: its pictures were read from the raw stream and follow one another at ${rate} a second; its sound and their own times are lost.`;
  return [{ kind: "times", message }];
}

function planClock({ description }: Media, offset: number, start: number | undefined): Changed[] {
  const { startTime } = description;
  // Transport streams begin at 1.4 s or so by themselves: a clock of more is somebody's, of less is nobody's.
  if (offset !== 0 || start !== undefined || Math.abs(startTime) < 10) return [];
  const message = `The recording's own clock begins at ${startTime.toFixed(3)} s; the output begins at 0.`;
  return [{ kind: "times", message }];
}

function planMixDown(plan: StreamPlan): Changed[] {
  if (plan.how !== "encode") return [];
  const { channels } = plan.stream.parameters;
  if (channels <= plan.encoding.channels) return [];
  const message = `Audio track ${plan.stream.index} has ${channels} channels, mixed down to ${plan.encoding.channels}.`;
  return [{ kind: "sound", message }];
}
