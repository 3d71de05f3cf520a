/** Finds an input's tracks: the video to work on, what is copied beside it, and what only others can see. */

import type { MediaInput, TrackDescription, TrackKind } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Input, InputFormat, InputTrack, InputVideoTrack } from "mediabunny";
import { IsobmffInputFormat, Logging } from "mediabunny";
import { openClock } from "./clock.ts";
import { encryptedInput, unfinishedRecording } from "./explain-error.ts";
import { hasChapters, hasMovieIndex } from "./find-chapters.ts";
import type { SourceBytes } from "./find-cut.ts";
import type { OpenedMedia, OpenedTrack } from "./opened-media.ts";
import type { Platform } from "./platform.ts";

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
  platform: Platform,
): Promise<OpenedMedia> {
  const { all, notes } = await readTracks(input);
  const videoTracks = await input.getVideoTracks();
  const audioTracks = await input.getAudioTracks();
  const describe = async <T extends InputTrack>(track: T): Promise<OpenedTrack<T>> => ({
    track,
    description: await describeTrack(track, all.indexOf(track)),
  });
  if (format instanceof IsobmffInputFormat && videoTracks.length === 0 && bytes)
    if (!(await hasMovieIndex(bytes))) throw unfinishedRecording();
  const video = await chooseVideo(videoTracks, notes);
  const extra = await platform.findExtraTracks?.(source, all.length);
  const found = bytes ? await hasChapters(bytes).catch(() => false) : false;
  return {
    source,
    bytes,
    input,
    clock: await openClock(input, video, format),
    video: await describe(video),
    audio: await Promise.all(audioTracks.map(describe)),
    otherVideo: await Promise.all(videoTracks.filter((track) => track !== video).map(describe)),
    extra,
    chapters: found
      ? { kind: "chapters", index: all.length + (extra?.tracks.length ?? 0), codec: null, language: null }
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

async function chooseVideo(tracks: readonly InputVideoTrack[], notes: string): Promise<InputVideoTrack> {
  const first = tracks[0];
  if (!first) {
    // The only content encoding beside compression that Matroska has is encryption.
    if (/content encoding/.test(notes)) throw encryptedInput();
    throw new TatamiError({
      code: "unsupported-container",
      message: `The file has no video track that can be read.${notes === "" ? "" : ` (${notes})`}`,
      fix: "Choose a file that has a picture, or convert it to MP4 first, for instance with ffmpeg.",
    });
  }
  for (const track of tracks) if ((await track.getCodec()) !== null) return track;
  const codec = await codecName(first);
  throw new TatamiError({
    code: "unsupported-codec",
    message: `The video's codec, ${codec ?? "unknown"}, cannot be decoded.`,
    fix: "Use the FFmpeg driver beside this one, or convert the file to H.264, HEVC, VP8, VP9 or AV1 first.",
    detail: { codec: codec ?? "unknown" },
  });
}

async function describeTrack(track: InputTrack, index: number): Promise<TrackDescription> {
  const language = await track.getLanguageCode();
  return {
    kind: track.type satisfies TrackKind,
    index,
    codec: await codecName(track),
    language: language === "und" ? null : language,
  };
}

/** The codec's name, or the container's own code for it when mediabunny has no name. */
async function codecName(track: InputTrack): Promise<string | null> {
  const codec = await track.getCodec();
  if (codec !== null) return codec;
  const internal = await track.getInternalCodecId();
  if (internal === null) return null;
  return internal instanceof Uint8Array ? new TextDecoder("latin1").decode(internal) : String(internal);
}
