/** Which sound an output takes, in which form, before anything is touched. */

import type {
  Container,
  EncodeOptions,
  Encoding,
  LeftOut,
  MediaReader,
  TrackDescription,
} from "@tatami/core";
import type { AudioCodec, OutputFormat } from "mediabunny";
import type { AudioFeed } from "./audio-feed.ts";
import { feedOfSound, feedOfTrack } from "./audio-feed.ts";
import type { OpenedMedia } from "./opened-media.ts";
import type { resolveRead } from "./read-frames.ts";

/** The plan, and how its tracks are had when the output begins. */
export interface AudioPlan {
  readonly copied: readonly TrackDescription[];
  readonly transcoded: NonNullable<Encoding["transcoded"]>;
  readonly leftOut: readonly LeftOut[];
  /** Opens what was planned. What turns out to be unreadable is told beside it. */
  open(
    range: ReturnType<typeof resolveRead>,
  ): Promise<{ readonly feeds: readonly AudioFeed[]; readonly leftOut: readonly LeftOut[] }>;
}

/** Plans the sound of an output. */
export function planAudio(
  reader: MediaReader,
  media: OpenedMedia | undefined,
  format: OutputFormat,
  container: Container,
  option: NonNullable<EncodeOptions["audio"]>,
): AudioPlan {
  const { tracks } = reader.description;
  const audio = tracks.filter(({ kind }) => kind === "audio");
  if (option === "drop") return nothing(audio.map(dropped));
  if (media) return planOwn(media, format, container);
  if (reader.sound) return planForeign(reader, audio, format, container);
  return nothing(audio.map(notMine));
}

/** Packets of an input that mediabunny reads are copied as they are, or not at all. */
function planOwn(media: OpenedMedia, format: OutputFormat, container: Container): AudioPlan {
  const feeds: AudioFeed[] = [];
  const leftOut: LeftOut[] = [];
  const holds = format.getSupportedAudioCodecs();
  for (const opened of media.audio) {
    const track = opened.description;
    const codec = holds.find((held) => held === track.codec);
    if (codec) feeds.push(feedOfTrack(opened, codec, media.clock));
    else {
      const message = `${nameOf(track)} cannot be held by ${container}; write MKV to keep it.`;
      leftOut.push({ track, reason: "container-cannot-hold", message });
    }
  }
  return {
    copied: feeds.map(({ description }) => description),
    transcoded: [],
    leftOut,
    open: async () => ({ feeds, leftOut: [] }),
  };
}

/** A foreign reader's sound is copied where the container holds it in a form that players know, else encoded anew. */
function planForeign(
  reader: MediaReader,
  audio: readonly TrackDescription[],
  format: OutputFormat,
  container: Container,
): AudioPlan {
  const holds: readonly string[] = format
    .getSupportedAudioCodecs()
    .filter((codec) => container === "mkv" || container === "mov" || !rarelyPlayed.test(codec));
  const otherwise = container === "webm" ? "opus" : "aac";
  const isHeld = ({ codec }: TrackDescription): boolean => codec !== null && holds.includes(codec);
  return {
    copied: audio.filter(isHeld),
    transcoded: audio.filter((track) => !isHeld(track)).map((track) => ({ track, codec: otherwise })),
    leftOut: [],
    open: async ({ start, end, signal }) => {
      if (audio.length === 0) return { feeds: [], leftOut: [] };
      const sound =
        (await reader.sound?.({
          holds,
          otherwise,
          ...(Number.isFinite(start) ? { start } : {}),
          ...(Number.isFinite(end) ? { end } : {}),
          ...(signal ? { signal } : {}),
        })) ?? [];
      const feeds = sound.map((track) => feedOfSound(track, track.codec as AudioCodec));
      const unread = audio.filter(
        ({ index }) => !sound.some(({ description }) => description.index === index),
      );
      return { feeds, leftOut: unread.map(unreadable) };
    },
  };
}

/** MP4 and WebM have a place for these, and few players play them from there. */
const rarelyPlayed = /^(pcm-|ulaw|alaw)/;

function nothing(leftOut: readonly LeftOut[]): AudioPlan {
  return { copied: [], transcoded: [], leftOut, open: async () => ({ feeds: [], leftOut: [] }) };
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

function notMine(track: TrackDescription): LeftOut {
  const message = `${nameOf(track)} was opened by another driver and cannot be copied by this one.`;
  return { track, reason: "driver-cannot-copy", message };
}
