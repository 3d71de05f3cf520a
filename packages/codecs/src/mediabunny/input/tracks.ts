/** Finds an input's tracks: the video to work on, what is copied beside it, and what only others can see. */

import type { MediaInput, TrackDescription, TrackKind } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Input, InputFormat, InputTrack, InputVideoTrack } from "mediabunny";
import { EncodedPacketSink, IsobmffInputFormat, Logging } from "mediabunny";
import { openClock } from "./clock.ts";
import { encryptedInput, unfinishedRecording } from "../../driver/explain-error.ts";
import { hasChapters, readMovieIndex } from "../header/find-chapters.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";
import type { ListedTrack } from "../header/listed-track.ts";
import { describeListed } from "../header/listed-track.ts";
import { listAllTracks } from "../header/other-tracks.ts";
import type { OpenedMedia, OpenedTrack } from "./opened-media.ts";

/**
 * The tracks of an input. The first video track whose codec is known is the one worked on, so that a
 * cover picture beside it does not count.
 *
 * @throws TatamiError `unsupported-container` without a video track, `unsupported-codec` without a known one.
 */
export async function listTracks(
  source: MediaInput,
  bytes: SourceBytes | undefined,
  input: Input,
  format: InputFormat,
): Promise<OpenedMedia> {
  const { all, notes } = await readTracks(input);
  const listed = await listAllTracks(format, bytes).catch(() => undefined);
  const indexOf = (track: InputTrack): number => {
    const index = listed?.findIndex(({ id }) => id === track.id) ?? -1;
    return index < 0 ? all.indexOf(track) : index;
  };
  const videoTracks = await input.getVideoTracks();
  const audioTracks = await input.getAudioTracks();
  const describe = async <T extends InputTrack>(track: T): Promise<OpenedTrack<T>> => ({
    track,
    delay: listed?.find(({ id }) => id === track.id)?.delay ?? 0,
    description: await describeTrack(track, indexOf(track)),
  });
  if (format instanceof IsobmffInputFormat && videoTracks.length === 0 && bytes)
    if (!(await readMovieIndex(bytes))) throw unfinishedRecording();
  const video = await chooseVideo(videoTracks, notes, listed);
  const found = bytes ? await hasChapters(bytes).catch(() => false) : false;
  return {
    source,
    bytes,
    input,
    clock: await openClock(input, video, format),
    video: await describe(video),
    audio: await Promise.all(audioTracks.map(describe)),
    otherVideo: await Promise.all(videoTracks.filter((track) => track !== video).map(describe)),
    unread: (listed ?? []).flatMap((track, index) =>
      track.kind === "chapters" || all.some(({ id }) => id === track.id) ? [] : describeListed(track, index),
    ),
    isFullyListed: listed !== undefined,
    containerColor: listed?.find(({ id }) => id === video.id)?.color,
    pixelAspectRatio: listed?.find(({ id }) => id === video.id)?.pixelAspectRatio,
    hasMoreEdits: /multiple edits|media rate/.test(notes),
    chapters: found
      ? { kind: "chapters", index: Math.max(all.length, listed?.length ?? 0), codec: null, language: null }
      : undefined,
  };
}

/** The tracks, and what mediabunny notes of those it passes over: it says so nowhere else. */
async function readTracks(
  input: Input,
): Promise<{ readonly all: readonly InputTrack[]; readonly notes: string }> {
  const notes: string[] = [];
  const keep = (words: unknown[]): void => void notes.push(words.join(" "));
  const stop = [Logging.on("warn", keep), Logging.on("info", keep)];
  try {
    return { all: await input.getTracks(), notes: notes.join(" ") };
  } finally {
    for (const off of stop) off();
  }
}

async function chooseVideo(
  tracks: readonly InputVideoTrack[],
  notes: string,
  listed: readonly ListedTrack[] | undefined,
): Promise<InputVideoTrack> {
  const first = tracks[0];
  if (!first) {
    const video = listed?.find(({ kind }) => kind === "video");
    if (video?.isEncrypted) throw encryptedInput();
    if (/content encoding/.test(notes)) throw packedTrack();
    if (video) throw undecodable(video.codec);
    throw new TatamiError({
      code: "unsupported-container",
      message: `The file has no video track that can be read.${notes === "" ? "" : ` (${notes})`}`,
      fix: "Choose a file that has a picture, or convert it to MP4 first, for instance with ffmpeg.",
    });
  }
  for (const track of tracks) if ((await track.getCodec()) !== null) return track;
  throw undecodable(await codecName(first));
}

function undecodable(codec: string | null): TatamiError<"unsupported-codec"> {
  return new TatamiError({
    code: "unsupported-codec",
    message: `The video's codec, ${codec ?? "unknown"}, is none that mediabunny knows.`,
    fix: "Give FFmpeg's core beside it (ffmpegCoreDriver), or convert the file to H.264, HEVC, VP8, VP9 or AV1 first.",
    detail: { codec: codec ?? "unknown" },
  });
}

function packedTrack(): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message:
      "The video's packets are packed by their container (Matroska's compression), which mediabunny does not unpack.",
    fix: "Give FFmpeg's core beside it (ffmpegCoreDriver), or have mkvmerge write the file anew without compression.",
  });
}

async function describeTrack(track: InputTrack, index: number): Promise<TrackDescription> {
  const language = await track.getLanguageCode();
  return {
    kind: track.type satisfies TrackKind,
    index,
    codec: (await isLayerTwo(track)) ? "mp2" : await codecName(track),
    language: language === "und" ? null : language,
  };
}

/** Whether sound that mediabunny takes for MP3 is of MPEG's second layer, as in broadcasts. Source: ISO/IEC 11172-3, 2.4.1.3. */
async function isLayerTwo(track: InputTrack): Promise<boolean> {
  if ((await track.getCodec()) !== "mp3") return false;
  const first = await new EncodedPacketSink(track).getFirstPacket();
  return first?.data[0] === 0xff && ((first.data[1] ?? 0) & 0xe6) === 0xe4;
}

/** The codec's name, or the container's own code for it when mediabunny has no name. */
async function codecName(track: InputTrack): Promise<string | null> {
  const codec = await track.getCodec();
  if (codec !== null) return codec;
  const internal = await track.getInternalCodecId();
  if (internal === null) return null;
  return internal instanceof Uint8Array ? new TextDecoder("latin1").decode(internal) : String(internal);
}
