/** Describes an opened input from its container alone, before anything is decoded. */

import type { MediaDescription, VideoDescription } from "@tatami/core";
import type { InputFormat } from "mediabunny";
import { EncodedPacketSink, IsobmffInputFormat } from "mediabunny";
import { bitDepthOf } from "../../picture/bit-depth.ts";
import { statedColor, toColorSpace } from "../pictures/colors.ts";
import { streamColor } from "../header/stream-fields.ts";
import type { OpenedMedia } from "./opened-media.ts";
import { restoreAspectRatio } from "../pictures/pixel-aspect.ts";

/** Names people use, where mediabunny's are longer. */
const shortNames: Readonly<Record<string, string>> = {
  "QuickTime File Format": "MOV",
  "MPEG Transport Stream": "MPEG-TS",
};

/** Packets looked at for the frame rate where counting all of them would read the whole file. */
const sampledPackets = 256;

const unseen =
  "Of this input the list of tracks itself is not seen: subtitles, data and sound that mediabunny does not read may be in it, and would not be in the output.";

/** What the container says. */
export async function describeMedia(media: OpenedMedia, format: InputFormat): Promise<MediaDescription> {
  const { clock, video, audio, otherVideo, unread, chapters } = media;
  const described = [...[video, ...otherVideo, ...audio].map((track) => track.description), ...unread];
  const tracks = [...described.toSorted((a, b) => a.index - b.index), ...(chapters ? [chapters] : [])];
  return {
    container: shortNames[format.name] ?? format.name,
    duration: await durationOf(media),
    startTime: clock.startTime,
    video: await describeVideo(media, format),
    tracks,
    blindSpots: media.isFullyListed ? [] : [unseen],
  };
}

/** From the file's start. What the container says may be where it ends on its clock, which is more than that. */
async function durationOf({ input, clock }: OpenedMedia): Promise<number> {
  const stated = await input.getDurationFromMetadata();
  const end = stated === null || stated < clock.startTime ? await input.computeDuration() : stated;
  return clock.fromContainer(end);
}

async function describeVideo(media: OpenedMedia, format: InputFormat): Promise<VideoDescription> {
  const { track } = media.video;
  // An MP4's sample table is in memory once it is open: counting it costs no reading. Elsewhere it does.
  const countable = format instanceof IsobmffInputFormat;
  const stats = await track.computePacketStats(countable ? Infinity : sampledPackets);
  const size = { width: await track.getCodedWidth(), height: await track.getCodedHeight() };
  const square = { width: await track.getSquarePixelWidth(), height: await track.getSquarePixelHeight() };
  const pixel = await track.getPixelAspectRatio();
  const parameters = await track.getCodecParameterString();
  const positive = (value: number): number | null => (Number.isFinite(value) && value > 0 ? value : null);
  return {
    ...size,
    codec: parameters ?? (await track.getCodec()),
    rotation: await track.getRotation(),
    pixelAspectRatio:
      media.pixelAspectRatio ??
      restoreAspectRatio(size, square, { numerator: pixel.num, denominator: pixel.den }),
    color: statedColor(
      toColorSpace(await track.getColorSpace()),
      media.containerColor,
      await streamColor(track),
    ),
    bitDepth: bitDepthOf(parameters),
    hasAlpha: await track.canBeTransparent(),
    frameCount: countable ? stats.packetCount - (await countHidden(media)) : null,
    frameRate: positive(stats.averagePacketRate),
    ticksPerSecond: await track.getTimeResolution(),
    bitrate: positive(stats.averageBitrate),
  };
}

/** Pictures that an edit list hides: they are only decoded for those after them. */
async function countHidden({ video: { track }, clock }: OpenedMedia): Promise<number> {
  if (clock.fromContainer(await track.getFirstTimestamp()) >= clock.firstShown) return 0;
  let hidden = 0;
  const packets = new EncodedPacketSink(track).packets(undefined, undefined, { metadataOnly: true });
  for await (const { timestamp } of packets) if (clock.fromContainer(timestamp) < clock.firstShown) hidden++;
  return hidden;
}
