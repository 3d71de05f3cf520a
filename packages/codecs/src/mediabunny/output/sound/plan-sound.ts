/** Which sound an output takes, in which form, before anything is touched. */

import type {
  AudioOption,
  Changed,
  Container,
  Encoding,
  LeftOut,
  MediaReader,
  TrackDescription,
} from "@tatami/core";
import type { AudioCodec, InputAudioTrack, Output, OutputFormat } from "mediabunny";
import type { Carried } from "../../../carried/carried.ts";
import { feedOfSound, feedOfTrack } from "./sound-feed.ts";
import type { AudioCopier, AudioRange } from "./copy-sound.ts";
import { addAudioCopy } from "./copy-sound.ts";
import { addAudioEncode, chooseSoundEncoding } from "./encode-sound.ts";
import type { OpenedMedia, OpenedTrack } from "../../input/opened-media.ts";
import type { resolveRead } from "../../../driver/resolve-read.ts";

/** A track of sound on its way, before its output has begun. */
export interface PlannedSound {
  readonly description: TrackDescription;
  /** What its packets are, where that may be otherwise than was planned. */
  readonly codec?: string;
  /** Adds it to the output. */
  add(output: Output, range: AudioRange): Promise<AudioCopier>;
}

/** The plan, and how its tracks are had when the output begins. */
export interface AudioPlan {
  readonly copied: readonly TrackDescription[];
  readonly transcoded: NonNullable<Encoding["transcoded"]>;
  readonly leftOut: readonly LeftOut[];
  readonly changed: readonly Changed[];
  /** Opens what was planned. What turns out to be unreadable is told beside it. */
  open(
    range: ReturnType<typeof resolveRead>,
  ): Promise<{ readonly sound: readonly PlannedSound[]; readonly leftOut: readonly LeftOut[] }>;
}

/** What sound is planned for. */
export interface AudioQuestion {
  readonly reader: MediaReader;
  /** What stands behind the reader; absent when another driver made it. */
  readonly media: OpenedMedia | undefined;
  readonly format: OutputFormat;
  readonly container: Container;
  readonly option: AudioOption;
  readonly carried: Carried;
}

/** Plans the sound of an output. */
export async function planAudio(question: AudioQuestion): Promise<AudioPlan> {
  const { reader, media, option } = question;
  const audio = reader.description.tracks.filter(({ kind }) => kind === "audio");
  if (option === "drop") return nothing(audio.map(dropped));
  if (media) return planOwn(question, media, audio);
  if (reader.sound) return planForeign(question, audio);
  return nothing(audio.map(notMine));
}

/** Sound of an input that mediabunny reads: copied as it is, or decoded and encoded by this environment. */
async function planOwn(
  question: AudioQuestion,
  media: OpenedMedia,
  audio: readonly TrackDescription[],
): Promise<AudioPlan> {
  const copied: TrackDescription[] = [];
  const transcoded: { track: TrackDescription; codec: string }[] = [];
  const leftOut: LeftOut[] = [];
  const changed: Changed[] = [];
  const sound: PlannedSound[] = [];
  for (const description of audio) {
    const opened = media.audio.find((each) => each.description === description);
    const planned = opened ? await planTrack(question, media, opened) : unknownSound(description);
    if ("message" in planned) leftOut.push(planned);
    else {
      sound.push(planned.sound);
      if (planned.codec === undefined) copied.push(description);
      else transcoded.push({ track: description, codec: planned.codec });
      if (planned.changed) changed.push(planned.changed);
    }
  }
  return { copied, transcoded, leftOut, changed, open: async () => ({ sound, leftOut: [] }) };
}

interface PlannedTrack {
  readonly sound: PlannedSound;
  /** What it is encoded as; absent when it is copied. */
  readonly codec?: string;
  readonly changed?: Changed;
}

async function planTrack(
  { format, container, option }: AudioQuestion,
  media: OpenedMedia,
  opened: OpenedTrack<InputAudioTrack>,
): Promise<PlannedTrack | LeftOut> {
  const { description, track } = opened;
  const { clock } = media;
  const holds = format.getSupportedAudioCodecs();
  const held = holds.find((codec) => codec === description.codec);
  if (held && option !== "encode" && (option === "copy" || isPlayed(held, container))) {
    const feed = feedOfTrack(opened, held, clock);
    return { sound: { description, add: (output, range) => addAudioCopy(output, feed, range) } };
  }
  if (option === "copy") return notCopied(description, container);
  const encoding = await chooseSoundEncoding(track, codecsFor(holds, description.codec, container));
  if (!encoding) return notEncoded(description, container, await track.canDecode());
  const { codec, channels } = encoding;
  const before = await track.getNumberOfChannels();
  const toEncode = { opened, description, encoding, clock };
  return {
    codec,
    sound: { description, add: (output, range) => addAudioEncode(output, toEncode, range) },
    ...(channels < before ? { changed: mixedDown(description, before, channels) } : {}),
  };
}

/** What a container's sound is encoded as, the best first. */
function codecsFor(
  holds: readonly AudioCodec[],
  from: string | null,
  container: Container,
): readonly AudioCodec[] {
  const lossless = /^(pcm-|flac$|alac$)/.test(from ?? "");
  const wanted: readonly AudioCodec[] =
    container === "webm" ? ["opus"] : [...(lossless ? (["flac"] as const) : []), "aac", "opus", "pcm-s16"];
  return wanted.filter((codec) => holds.includes(codec) && isPlayed(codec, container));
}

/** A foreign reader's sound is copied where the container holds it in a form that players know, else encoded anew. */
function planForeign(
  { reader, format, container, option, carried }: AudioQuestion,
  audio: readonly TrackDescription[],
): AudioPlan {
  const supported: readonly AudioCodec[] = format.getSupportedAudioCodecs();
  const holds: readonly string[] =
    option === "encode" ? [] : supported.filter((codec) => option === "copy" || isPlayed(codec, container));
  const otherwise = container === "webm" ? "opus" : "aac";
  const isHeld = ({ codec }: TrackDescription): boolean => codec !== null && holds.includes(codec);
  const wanted = option === "copy" ? audio.filter(isHeld) : audio;
  const left = audio.filter((track) => !wanted.includes(track));
  return {
    copied: wanted.filter(isHeld),
    transcoded: wanted.filter((track) => !isHeld(track)).map((track) => ({ track, codec: otherwise })),
    leftOut: left.map((track) => notCopied(track, container)),
    changed: [],
    open: async ({ start, end, signal }) => {
      if (wanted.length === 0) return { sound: [], leftOut: [] };
      const tracks =
        (await reader.sound?.({
          holds,
          otherwise,
          ...(Number.isFinite(start) ? { start } : {}),
          ...(Number.isFinite(end) ? { end } : {}),
          ...(signal ? { signal } : {}),
        })) ?? [];
      const found = tracks.filter(({ description: { index } }) =>
        wanted.some((track) => track.index === index),
      );
      const sound = found.map((track): PlannedSound => {
        const { index } = track.description;
        const feed = feedOfSound(track, track.codec as AudioCodec, carried.tracks.get(index));
        return {
          description: track.description,
          codec: track.codec,
          add: (output, range) => addAudioCopy(output, feed, range),
        };
      });
      const unread = wanted.filter(
        ({ index }) => !found.some(({ description }) => description.index === index),
      );
      return { sound, leftOut: unread.map(unreadable) };
    },
  };
}

/** MP4 and WebM have a place for these, and few players play them from there. */
function isPlayed(codec: string, container: Container): boolean {
  return container === "mkv" || container === "mov" || !/^(pcm-|ulaw|alaw)/.test(codec);
}

function nothing(leftOut: readonly LeftOut[]): AudioPlan {
  return {
    copied: [],
    transcoded: [],
    leftOut,
    changed: [],
    open: async () => ({ sound: [], leftOut: [] }),
  };
}

function nameOf({ index, codec }: TrackDescription): string {
  return `Audio track ${index} (${codec ?? "unknown codec"})`;
}

function dropped(track: TrackDescription): LeftOut {
  return { track, reason: "asked-to-drop", message: `${nameOf(track)} was dropped as asked.` };
}

function unreadable(track: TrackDescription): LeftOut {
  return { track, reason: "unreadable", message: `${nameOf(track)} cannot be decoded, nor copied as it is.` };
}

function notCopied(track: TrackDescription, container: Container): LeftOut {
  const message = `${nameOf(track)} cannot be held by ${container} as it is, and was not to be encoded anew; with audio: "auto" it is.`;
  return { track, reason: "container-cannot-hold", message };
}

function notEncoded(track: TrackDescription, container: Container, isDecoded: boolean): LeftOut {
  const why = isDecoded
    ? "and this browser encodes nothing that it does hold"
    : "and this browser cannot decode it; FFmpeg's core (ffmpegCoreDriver) may";
  const message = `${nameOf(track)} cannot be held by ${container} as it is, ${why}.`;
  return { track, reason: "unreadable", message };
}

/** Sound that the container lists and mediabunny has no reader for. */
function unknownSound(track: TrackDescription): LeftOut {
  const message = `${nameOf(track)} is of a kind that mediabunny does not read; FFmpeg's core (ffmpegCoreDriver) may.`;
  return { track, reason: "unreadable", message };
}

function notMine(track: TrackDescription): LeftOut {
  const message = `${nameOf(track)} was opened by another driver and cannot be copied by this one.`;
  return { track, reason: "driver-cannot-copy", message };
}

function mixedDown({ index }: TrackDescription, before: number, after: number): Changed {
  return {
    kind: "sound",
    message: `Audio track ${index} is mixed down from ${before} channels to ${after}.`,
  };
}
