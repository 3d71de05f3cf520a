/** Finds an input's tracks: the video to work on, what is copied beside it, and what only others can see. */

import type { MediaInput, TrackDescription, TrackKind } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { Input, InputTrack, InputVideoTrack } from "mediabunny";
import type { OpenedMedia, OpenedTrack } from "./opened-media.ts";
import type { Platform } from "./platform.ts";

/**
 * The tracks of an input. The first video track whose codec is known is the one worked on, so that a
 * cover picture beside it does not count.
 *
 * @throws TatamiError `unsupported-container` without a video track, `unsupported-codec` without a known one.
 */
export async function listTracks(source: MediaInput, input: Input, platform: Platform): Promise<OpenedMedia> {
  const all = await input.getTracks();
  const videoTracks = await input.getVideoTracks();
  const audioTracks = await input.getAudioTracks();
  const describe = async <T extends InputTrack>(track: T): Promise<OpenedTrack<T>> => ({
    track,
    description: await describeTrack(track, all.indexOf(track)),
  });
  const video = await chooseVideo(videoTracks, audioTracks.length);
  return {
    source,
    input,
    video: await describe(video),
    audio: await Promise.all(audioTracks.map(describe)),
    otherVideo: await Promise.all(videoTracks.filter((track) => track !== video).map(describe)),
    extra: await platform.findExtraTracks?.(source),
  };
}

async function chooseVideo(
  tracks: readonly InputVideoTrack[],
  audioTracks: number,
): Promise<InputVideoTrack> {
  const first = tracks[0];
  if (!first) {
    throw new TatamiError({
      code: "unsupported-container",
      message: `The file has no video track (audio tracks: ${audioTracks}).`,
      fix: "Choose a file that has a picture.",
    });
  }
  for (const track of tracks) if ((await track.getCodec()) !== null) return track;
  const codec = await codecName(first);
  throw new TatamiError({
    code: "unsupported-codec",
    message: `The video's codec, ${codec ?? "unknown"}, cannot be decoded.`,
    fix: "Convert the file to H.264, HEVC, VP8, VP9 or AV1 first, for instance with ffmpeg.",
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
