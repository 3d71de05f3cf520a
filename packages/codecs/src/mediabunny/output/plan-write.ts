/** Decides how an output is written, before it is touched. */

import type {
  EncodeOptions,
  Changed,
  ColorSpace,
  Container,
  Encoding,
  LeftOut,
  MediaDescription,
  TrackDescription,
  VideoDescription,
  WriterInit,
} from "@tatami/core";
import { audioOptions, checkInteger, checkKnownOptions, checkOneOf, invalidOption } from "@tatami/core";
import type { MetadataTags, OutputFormat } from "mediabunny";
import type { Carried } from "../../carried/carried.ts";
import { findCarried } from "../../carried/carried.ts";
import { chooseCodec } from "./video/choose-codec.ts";
import { chooseContainer } from "../../driver/choose-container.ts";
import { createFormat } from "./create-format.ts";
import { fromColorSpace, isUnstated } from "../pictures/colors.ts";
import { formatSeconds } from "../../driver/explain-error.ts";
import { mirrorLost } from "../../carried/lost-in-pictures.ts";
import type { OpenedMedia } from "../input/opened-media.ts";
import { findOpenedMedia } from "../input/opened-media.ts";
import { planAudio } from "./sound/plan-sound.ts";
import type { AudioPlan } from "./sound/plan-sound.ts";
import { planChapters } from "./plan-chapters.ts";
import { planTags } from "./plan-tags.ts";
import { longestSide } from "../../driver/refuse.ts";

/** The plan, and the parts the writer needs to carry it out. */
export interface WritePlan {
  readonly encoding: Encoding;
  readonly format: OutputFormat;
  readonly audio: AudioPlan;
  readonly tags: MetadataTags;
  readonly carried: Carried;
  /** Whether the codec carries transparency along. */
  readonly keepAlpha: boolean;
  /** Where the writer listens for the header that the format has written. */
  readonly header: HeaderListener;
}

/** A listener that is set once an output is begun. */
export interface HeaderListener {
  onWritten?: (header: Uint8Array, position: number) => void;
}

/** What a reader of neither driver says of itself: nothing. */
const nothing: Carried = {
  tags: {},
  boxes: {},
  images: [],
  attachments: {},
  createdAt: undefined,
  tracks: new Map(),
  changed: [],
  leftOut: [],
};

const ofNode = ["crf", "preset", "encoder", "pixelFormat"] as const;
const encodeKeys = ["container", "codec", "bitrate", "quality", "audio", ...ofNode];
/** What a browser does whether it is asked or not. */
const anyway: readonly unknown[] = ["auto", "yuv420p"];

/** @throws TatamiError `invalid-option` for what only FFmpeg's encoders know. */
function refuseOfNode(encode: EncodeOptions): void {
  const name = ofNode.find((each) => encode[each] !== undefined && !anyway.includes(encode[each]));
  if (name === undefined) return;
  throw invalidOption(
    `encode.${name}`,
    "left out in a browser, whose encoders have no such thing",
    encode[name],
    `Leave encode.${name} out (encode.bitrate and encode.quality work everywhere), or upscale in Node.`,
  );
}

/** See {@link CodecDriver.planWrite}. */
export async function planWrite(init: WriterInit): Promise<WritePlan> {
  const encode = init.encode ?? {};
  checkKnownOptions("encode", encode, encodeKeys);
  refuseOfNode(encode);
  const audioOption = checkOneOf("encode.audio", encode.audio ?? "auto", audioOptions);
  checkInteger("size.width", init.size.width, 1, longestSide);
  checkInteger("size.height", init.size.height, 1, longestSide);
  const { description } = init.reader;
  const container = chooseContainer(encode, init.output, description.container);
  const media = findOpenedMedia(init.reader);
  const carried = findCarried(init.reader) ?? nothing;
  const chapters = planChapters(
    description.tracks.find(({ kind }) => kind === "chapters"),
    carried.boxes["chpl"],
    container,
    init.read ?? {},
  );
  const tags = planTags(carried, container, chapters.keeps);
  const header: HeaderListener = {};
  const format = createFormat(container, init.output, tags.form, (...written) =>
    header.onWritten?.(...written),
  );
  const { size } = init;
  const { frameRate, hasAlpha } = description.video;
  const chosen = await chooseCodec({ encode, container, format, size, frameRate });
  const audio = await planAudio({
    reader: init.reader,
    media,
    format,
    container,
    option: audioOption,
    carried,
  });
  const alpha = planAlpha(hasAlpha, media, chosen.codec, container);
  return {
    encoding: {
      container,
      ...chosen,
      copied: [...audio.copied, ...chapters.copied],
      transcoded: audio.transcoded,
      leftOut: [
        ...planPictures(description, media, alpha.lost),
        ...audio.leftOut,
        ...chapters.leftOut,
        ...tags.leftOut,
        ...carried.leftOut,
      ],
      changed: [
        ...planClock(description),
        ...planColor(description.video, chosen.codec, container),
        ...planMirror(carried, media, container),
        ...carried.changed,
        ...tags.changed,
        ...audio.changed,
      ],
    },
    format,
    audio,
    tags: tags.tags,
    carried,
    keepAlpha: alpha.keeps,
    header,
  };
}

/** What becomes of transparency, and why it is lost where it is. */
function planAlpha(
  hasAlpha: boolean,
  media: OpenedMedia | undefined,
  codec: Encoding["codec"],
  container: Container,
): { readonly keeps: boolean; readonly lost: ((track: TrackDescription) => LeftOut) | undefined } {
  const isHeld = codec === "vp9" && (container === "webm" || container === "mkv");
  if (!hasAlpha) return { keeps: false, lost: undefined };
  const keeps = isHeld && (media?.decodesAlpha ?? true);
  const lost = (track: TrackDescription): LeftOut => ({
    track,
    reason: "alpha-not-encodable",
    message: isHeld
      ? `Transparency is lost: the decoder for ${track.codec ?? "this codec"} does not give it.`
      : `Transparency is lost: ${codec} in ${container} cannot hold it; write VP9 to WebM or MKV to keep it.`,
  });
  return { keeps, lost: keeps ? undefined : lost };
}

/** What is not taken over of the tracks that are no sound. */
function planPictures(
  { tracks }: MediaDescription,
  media: OpenedMedia | undefined,
  lostAlpha: ((track: TrackDescription) => LeftOut) | undefined,
): readonly LeftOut[] {
  const upscaled = media?.video.description ?? tracks.find(({ kind }) => kind === "video");
  const others = tracks.filter(
    (track) => track !== upscaled && track.kind !== "audio" && track.kind !== "chapters",
  );
  return [
    ...(lostAlpha && upscaled ? [lostAlpha(upscaled)] : []),
    ...others.map((track) => (track.kind === "video" ? secondVideo(track) : notWritten(track))),
  ];
}

function secondVideo(track: TrackDescription): LeftOut {
  return {
    track,
    reason: "second-video-track",
    message: `Video track ${track.index} is not the one upscaled.`,
  };
}

function notWritten(track: TrackDescription): LeftOut {
  const what = track.kind === "data" ? "of data" : `of the kind ${track.kind}`;
  const message = `Track ${track.index}, ${what} (${track.codec ?? "unknown codec"}), is not copied: in browsers no tracks of its kind are written. The tatami command copies what the container holds.`;
  return { track, reason: "driver-cannot-copy", message };
}

/** What of the colours cannot be said, and what cannot be left unsaid. */
function planColor(
  { color }: VideoDescription,
  codec: Encoding["codec"],
  container: Container,
): readonly Changed[] {
  const isInStream = codec === "vp9" || codec === "av1";
  const { matrix } = color;
  const unsaid: readonly Changed[] =
    isInStream && matrix !== fromColorSpace(color).matrix && matrix !== null
      ? [
          {
            kind: "color",
            message: `The matrix ${matrix} is stated by the container alone: browsers' encoders have no word for it, and ${codec} says that it is not known.`,
          },
        ]
      : [];
  return [...unsaid, ...planRange(color, isInStream, codec, container)];
}

function planRange(
  color: ColorSpace,
  isInStream: boolean,
  codec: Encoding["codec"],
  container: Container,
): readonly Changed[] {
  if (color.fullRange !== null) return [];
  const isInBox = container === "mp4" && !isUnstated(color);
  if (!isInStream && !isInBox) return [];
  const what = isInStream ? `${codec} always states one` : "MP4 states one beside the other colours";
  const message = `Nothing states the range of the input's samples; the output says that it is limited, as ${what}.`;
  return [{ kind: "color", message }];
}

/** Matroska has a place for turns alone. */
function planMirror(
  carried: Carried,
  media: OpenedMedia | undefined,
  container: Container,
): readonly Changed[] {
  const isFlipped = media && carried.tracks.get(media.video.description.index)?.isFlipped;
  const isHeld = container === "mp4" || container === "mov";
  return isFlipped === true && !isHeld ? [mirrorLost(container)] : [];
}

/** Seconds that are no offset of a clock, but a container's rounding. */
const leastOffset = 0.0005;

function planClock({ startTime }: MediaDescription): readonly Changed[] {
  if (Math.abs(startTime) < leastOffset) return [];
  const message = `The output's clock begins at 0; the input's begins at ${formatSeconds(startTime)}.`;
  return [{ kind: "times", message }];
}
