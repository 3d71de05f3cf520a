/** What an input that mediabunny reads says of itself. */

import type { Changed } from "@tatami/core";
import type { InputFormat, InputTrack, InputVideoTrack } from "mediabunny";
import { EncodedPacketSink, IsobmffInputFormat, MatroskaInputFormat } from "mediabunny";
import type { Carried, CarriedTrack } from "../../carried/carried.ts";
import type { HeaderNotes } from "../header/header-notes.ts";
import { readMovieNotes, readSegmentNotes } from "../header/header-notes.ts";
import { sortTags } from "../header/sort-tags.ts";
import { readMovieIndex } from "../header/find-chapters.ts";
import { captionsLost, denserSampling, holdsCaptions, resampled } from "../../carried/lost-in-pictures.ts";
import type { OpenedMedia } from "./opened-media.ts";

/** Reads it. What cannot be read is not said. */
export async function readCarried(
  media: OpenedMedia,
  format: InputFormat,
  pictureFormat: string | null,
): Promise<Carried> {
  const sampling = denserSampling(pictureFormat);
  const { input, video, audio } = media;
  const sorted = sortTags(await input.getMetadataTags());
  const notes = await readNotes(media, format).catch(() => undefined);
  const tracks = new Map<number, CarriedTrack>();
  for (const { track, description } of [video, ...audio])
    tracks.set(description.index, await readTrack(track, notes));
  tracks.set(video.description.index, await readVideoTrack(video.track, notes));
  const title = notes?.title;
  return {
    ...sorted,
    tags: title === undefined ? sorted.tags : { title, ...sorted.tags },
    createdAt: notes?.createdAt,
    tracks,
    changed: [
      ...(media.hasMoreEdits ? [editsLost] : []),
      ...(sampling === undefined ? [] : [resampled(sampling)]),
    ],
    leftOut: (await carriesCaptions(media)) ? [captionsLost(video.description.index)] : [],
  };
}

const editsLost: Changed = {
  kind: "times",
  message:
    "The input's edit list has several parts; mediabunny obeys the first alone. FFmpeg's core (ffmpegCoreDriver) obeys all.",
};

/** Packets in which captions are looked for: they come with every picture, or with every key picture. */
const searchedPackets = 60;

async function carriesCaptions({ video: { track } }: OpenedMedia): Promise<boolean> {
  const codec = await track.getCodec();
  if (codec !== "avc" && codec !== "hevc") return false;
  let left = searchedPackets;
  for await (const { data } of new EncodedPacketSink(track).packets()) {
    if (holdsCaptions(data)) return true;
    left--;
    if (left === 0) break;
  }
  return false;
}

async function readNotes({ bytes }: OpenedMedia, format: InputFormat): Promise<HeaderNotes | undefined> {
  if (!bytes) return undefined;
  if (format instanceof MatroskaInputFormat) return readSegmentNotes(bytes);
  if (!(format instanceof IsobmffInputFormat)) return undefined;
  const moov = await readMovieIndex(bytes);
  return moov && readMovieNotes(moov);
}

async function readTrack(track: InputTrack, notes: HeaderNotes | undefined): Promise<CarriedTrack> {
  const name = await track.getName();
  const language = await track.getLanguageCode();
  const createdAt = notes?.tracksCreatedAt.get(track.id);
  return {
    disposition: await track.getDisposition(),
    ...(name === null ? {} : { name }),
    ...(language === "und" ? {} : { language }),
    ...(createdAt === undefined ? {} : { createdAt }),
  };
}

async function readVideoTrack(track: InputVideoTrack, notes: HeaderNotes | undefined): Promise<CarriedTrack> {
  return { ...(await readTrack(track, notes)), isFlipped: await track.getFlip() };
}
