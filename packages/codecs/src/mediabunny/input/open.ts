/** Opens an input, decodes its first picture, and says what is in it or why it cannot be used. */

import type { MediaDescription, MediaInput, MediaReader, OpenOptions, TrackDescription } from "@tatami/core";
import { abortable, checkKnownOptions, TatamiError, throwIfAborted } from "@tatami/core";
import type { InputVideoTrack } from "mediabunny";
import {
  ADTS,
  AUDIO_CODECS,
  EncodedPacketSink,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  MPEG_TS,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from "mediabunny";
import { describeMedia } from "./describe.ts";
import { encryptedInput, isEncryption, messageOf } from "../../driver/explain-error.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";
import { openSource } from "./input-source.ts";
import type { OpenedMedia } from "./opened-media.ts";
import { rememberOpenedMedia } from "./opened-media.ts";
import { rememberCarried } from "../../carried/carried.ts";
import { readCarried } from "./read-carried.ts";
import { probeFirstFrame } from "../pictures/probe.ts";
import { readFrames } from "../pictures/read-frames.ts";
import { refuseUnsupported } from "../../driver/refuse.ts";
import { listTracks } from "./tracks.ts";

// HLS is left out: it would fetch what its playlist names, and a driver fetches nothing but its input.
const formats = [MP4, QTFF, MATROSKA, WEBM, MPEG_TS, OGG, WAVE, FLAC, ADTS, MP3];

/** Keys of {@link OpenOptions}. A container that mediabunny reads states its frame rate, so that one is not used. */
const openKeys = ["toSdr", "bitDepth", "deinterlace", "frameRate", "recover", "signal"];

/** Opens an input; see {@link CodecDriver.open}. */
export async function openMedia(source: MediaInput, options: OpenOptions): Promise<MediaReader> {
  checkKnownOptions("open", options, openKeys);
  const { signal } = options;
  throwIfAborted(signal);
  const opened = await openSource(source, signal);
  const input = new Input({
    source: opened.source,
    formats,
    formatOptions: {
      isobmff: {
        resolveKeyId: () => {
          throw encryptedInput();
        },
      },
    },
  });
  try {
    return await abortable(readHead(source, opened.bytes, input, options), signal);
  } catch (error) {
    input.dispose();
    throw error;
  }
}

async function readHead(
  source: MediaInput,
  bytes: SourceBytes | undefined,
  input: Input,
  options: OpenOptions,
): Promise<MediaReader> {
  const format = await input.getFormat().catch((error: unknown) => {
    throw unsupportedContainer(error);
  });
  const media: OpenedMedia = await listTracks(source, bytes, input, format).catch((error: unknown) => {
    throw explainOpenError(error, format.name);
  });
  const track = media.video.track;
  await refuseEncrypted(track);
  const described = await describeMedia(media, format).catch((error: unknown) => {
    throw explainOpenError(error, format.name);
  });
  const toSdr = options.toSdr ?? false;
  refuseUnsupported(described.video, options);
  const { description, decodesAlpha, pictureFormat } = await probeFirstFrame(media, described, options);
  refuseUnsupported(description.video, options);
  const reader: MediaReader = {
    description,
    ...incompleteness(description, media),
    frames: (read) => readFrames(media, description, read ?? {}, toSdr),
    [Symbol.asyncDispose]: async () => input.dispose(),
  };
  rememberOpenedMedia(reader, { ...media, decodesAlpha });
  rememberCarried(reader, await readCarried(media, format, pictureFormat));
  return reader;
}

async function refuseEncrypted(track: InputVideoTrack): Promise<void> {
  // Reading a packet is what asks for the key.
  await new EncodedPacketSink(track).getFirstPacket().catch((error: unknown) => {
    if (isEncryption(error)) throw encryptedInput(error);
  });
}

/** What another driver would read, and this one does not. */
function incompleteness(
  { tracks }: MediaDescription,
  { audio, hasMoreEdits }: OpenedMedia,
): Pick<MediaReader, "incomplete"> {
  const silent = tracks.find(
    (track) => track.kind === "audio" && !audio.some((each) => each.description === track && isRead(track)),
  );
  if (silent)
    return {
      incomplete: notAll(`sound of the codec ${silent.codec ?? "unknown"}, which mediabunny does not read`),
    };
  return hasMoreEdits
    ? { incomplete: notAll("an edit list of several parts, of which mediabunny obeys the first") }
    : {};
}

function isRead({ codec }: TrackDescription): boolean {
  return (AUDIO_CODECS as readonly (string | null)[]).includes(codec);
}

function notAll(what: string): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `The file has ${what}.`,
    fix: "Give FFmpeg's core beside mediabunny (ffmpegCoreDriver), which reads it.",
  });
}

function unsupportedContainer(cause: unknown): TatamiError<"unsupported-container"> {
  // An assertion of mediabunny's own, met in files of a few bytes, says nothing to anybody else.
  const said = messageOf(cause).replace(/\.$/, "");
  const why = /assertion/i.test(said) ? "" : ` (${said})`;
  return new TatamiError({
    code: "unsupported-container",
    message: `The input is not a media file that can be read${why}.`,
    fix: "Check that it is a video. Without FFmpeg's core (ffmpegCoreDriver) only MP4, MOV, MKV, WebM and MPEG-TS are read.",
    cause,
  });
}

function explainOpenError(error: unknown, container: string): unknown {
  if (TatamiError.is(error)) return error;
  if (isEncryption(error)) return encryptedInput(error);
  return new TatamiError({
    code: "damaged-input",
    message: `The ${container} file's tracks cannot be read: ${messageOf(error)}.`,
    fix: "Copy or download the file again; its index is incomplete or contradicts itself.",
    detail: { seconds: 0, framesRead: 0 },
    cause: error,
  });
}
