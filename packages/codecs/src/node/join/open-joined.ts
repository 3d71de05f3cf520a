/** Several files opened as one video: pictures by their own decoders, everything else as packets of one track each. */

import type { Frame, MediaInput, MediaReader, OpenOptions, ReadOptions } from "@tatami/core";
import { restateFrame, throwIfAborted } from "@tatami/core";
import { resolveRead } from "../../driver/resolve-read.ts";
import { isChapterText } from "../input/describe.ts";
import { copyInputStream } from "../input/input-streams.ts";
import type { InputStream } from "../input/input-streams.ts";
import type { Media, StreamAccess } from "../input/media.ts";
import { findMedia, ownReading, rememberMedia } from "../input/media.ts";
import { createDemuxer } from "../input/packets/demuxer.ts";
import type { Demuxer } from "../input/packets/demuxer.ts";
import { openMedia } from "../input/open.ts";
import { readFrames } from "../pictures/read-frames.ts";
import { checkSame, describeSeams, isSameSound } from "./compare-files.ts";
import type { LookedAt } from "./compare-files.ts";
import { commonClock, describeJoined, lengthOf } from "./describe-joined.ts";
import { createJoinedSource } from "./joined-source.ts";
import type { JoinedFile } from "./joined-source.ts";

/** Files are no live inputs. */
const noLive = { giveUpAfter: 0 };

/** What is known of a file when it is not open. */
interface Part extends LookedAt {
  readonly path: MediaInput;
  /** The number of each stream in the whole, by its own. */
  readonly streams: ReadonlyMap<number, number>;
  /** Those whose sound is of another kind. */
  readonly others: ReadonlySet<number>;
}

/** All of it. */
interface Whole {
  readonly lead: Media;
  readonly parts: readonly Part[];
  /** Those of the first file, and the sound that only a later one has. */
  readonly streams: readonly InputStream[];
  readonly audio: readonly number[];
  readonly options: OpenOptions;
}

/**
 * Opens the files one after the other to look at them; each is opened again when its turn comes.
 *
 * @throws TatamiError as {@link openMedia}; `invalid-option` for an input that is no file or has no end, and where two pictures
 * cannot be of one video.
 */
export async function openJoined(
  first: MediaInput,
  followedBy: readonly string[],
  options: OpenOptions,
): Promise<MediaReader> {
  const reader = await openMedia(first, options, noLive);
  const lead = findMedia(reader)!;
  const [streams, audio] = [[...lead.streams], [...lead.audio]];
  const close = async (): Promise<void> => {
    for (const { parameters } of streams.slice(lead.streams.length)) parameters.free();
    await reader[Symbol.asyncDispose]();
  };
  try {
    const parts: Part[] = [];
    for (const path of [first, ...followedBy]) {
      throwIfAborted(options.signal);
      const opened = parts.length === 0 ? reader : await openMedia(path, options, noLive);
      try {
        parts.push(await lookAt(findMedia(opened)!, path, { lead, parts, streams, audio, options }));
      } finally {
        if (opened !== reader) await opened[Symbol.asyncDispose]();
      }
    }
    return createReader({ lead, parts: lineUp(parts), streams, audio, options }, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function lookAt(
  media: Media,
  path: MediaInput,
  { lead, parts, streams, audio, options }: Whole & { streams: InputStream[]; audio: number[] },
): Promise<Part> {
  const name = typeof path === "string" ? path : "the first file";
  const { description, tags, chapters } = media;
  const looked = { name, path, media: { description, tags, chapters, audio: media.audio }, at: 0 };
  const lasts = await lengthOf(media, name, options.signal);
  if (parts[0]) checkSame(parts[0], { ...looked, lasts });
  for (const index of media.audio.slice(audio.length)) {
    const stream = media.streams.find((each) => each.index === index)!;
    const added = Math.max(...streams.map((each) => each.index)) + 1;
    streams.push({ ...copyInputStream(lead.nodeAv, stream), index: added });
    audio.push(added);
  }
  const map = new Map(media.audio.map((index, place) => [index, audio[place]!]));
  const others = new Set(
    [...map]
      .filter(([own, whole]) => !isSameSound(streamOf(media.streams, own), streamOf(streams, whole)))
      .map(([own]) => own),
  );
  for (const { index, kind, codec } of media.streams.filter(isBeside)) {
    const place = media.streams.filter(
      (each) => isBeside(each) && each.kind === kind && each.codec === codec,
    );
    const alike = lead.streams.filter((each) => isBeside(each) && each.kind === kind && each.codec === codec);
    const whole = alike[place.findIndex((each) => each.index === index)];
    if (whole) map.set(index, whole.index);
  }
  return { ...looked, lasts, streams: map, others };
}

/** Whether a stream is packets beside picture and sound. */
function isBeside(stream: InputStream): boolean {
  return stream.kind === "subtitle" || (stream.kind === "data" && !isChapterText(stream));
}

function streamOf(streams: readonly InputStream[], index: number): InputStream {
  return streams.find((each) => each.index === index)!;
}

/** Each begins where the one before ends, on a tick of the common clock. */
function lineUp(parts: readonly Part[]): readonly Part[] {
  const ticks = commonClock(parts.map(({ media }) => media));
  let at = 0;
  return parts.map((part) => {
    const placed = { ...part, at };
    at = Math.ceil((at + part.lasts) * ticks - 0.001) / ticks;
    return placed;
  });
}

function createReader(whole: Whole, close: () => Promise<void>): MediaReader {
  const { lead, parts, audio } = whole;
  const { at, lasts } = parts.at(-1)!;
  const duration = at + lasts;
  const description = describeJoined(parts, whole.streams, duration);
  const streams = whole.streams.map((stream) => forWhole(stream, duration));
  const isUneven = (index: number): boolean =>
    parts.some(({ others, streams: own }) => [...others].some((each) => own.get(each) === index));
  const media: Media = {
    ...lead,
    description,
    streams,
    audio,
    uneven: audio.filter(isUneven),
    chapters: parts.flatMap((part) =>
      part.media.chapters.map((each) => ({ ...each, start: each.start + part.at, end: each.end + part.at })),
    ),
    seams: describeSeams(parts, audio.length),
    access: createAccess(whole, streams),
  };
  const joined: MediaReader = {
    description,
    frames: (read) => framesOf(media, whole, read ?? {}),
    [Symbol.asyncDispose]: async () => {
      await media.access[Symbol.asyncDispose]();
      await close();
    },
  };
  rememberMedia(joined, media);
  return joined;
}

/** A track lasts as long as all of it, on a clock that places every sample: an AVI's ticks last as long as its packets. */
function forWhole(stream: InputStream, duration: number): InputStream {
  const { kind, parameters, timeBase } = stream;
  const isSound = kind === "audio" && parameters.sampleRate > 0;
  const clock = isSound ? { num: 1, den: parameters.sampleRate } : timeBase;
  return { ...stream, timeBase: clock, duration, frameCount: null };
}

/** What lies beside the pictures. */
function createAccess(
  { lead: { nodeAv }, parts, options }: Whole,
  streams: readonly InputStream[],
): StreamAccess {
  const open = new Set<Demuxer>();
  const files = parts.map(({ at, streams: map, others, path }): JoinedFile => {
    const connect = async (): Promise<Awaited<ReturnType<JoinedFile["connect"]>>> => {
      await using reader = await openMedia(path, options, noLive);
      return findMedia(reader)!.access.connect!();
    };
    return { at, streams: map, others, connect };
  });
  return {
    read: async (wanted) =>
      ownReading(createDemuxer(nodeAv, createJoinedSource(nodeAv, files, streams)), wanted, open),
    [Symbol.asyncDispose]: async () => {
      await Promise.all([...open].map((demuxer) => demuxer[Symbol.asyncDispose]()));
    },
  };
}

async function* framesOf(
  whole: Media,
  { parts, options }: Whole,
  read: ReadOptions,
): AsyncGenerator<Frame, void, undefined> {
  const { onDamaged: _damaged, onChanged: _changed, ...cut } = read;
  const { start, end } = resolveRead(cut);
  const tick = 1 / whole.description.video.ticksPerSecond;
  let last = -Infinity;
  let isTold = false;
  for (const part of parts) {
    const { at, lasts, name, path } = part;
    if (at + lasts <= start || at >= end) continue;
    await using reader = await openMedia(path, options, noLive);
    const media = findMedia(reader)!;
    for await (const frame of readFrames(media, within(read, at))) {
      const stated = frame.timestamp + at;
      const timestamp = stated > last ? stated : last + tick;
      // a file whose pictures begin before its time 0, or last longer than it says
      if (timestamp !== stated && !isTold) {
        isTold = true;
        const message = `Where ${name} begins, times of pictures were made to rise.`;
        read.onChanged?.({ kind: "times", message });
      }
      last = timestamp;
      const captions = media.captions.get(frame.timestamp);
      if (captions) whole.captions.set(timestamp, captions);
      yield timestamp === frame.timestamp ? frame : restateFrame(frame, { timestamp });
    }
  }
}

/** What is asked of the whole, asked of a file that begins at `at`. */
function within({ start, end, onDamaged, ...read }: ReadOptions, at: number): ReadOptions {
  return {
    ...read,
    ...(start !== undefined && (start > at || at === 0) && { start: start - at }),
    ...(end !== undefined && { end: end - at }),
    ...(onDamaged && { onDamaged: (each) => onDamaged({ ...each, seconds: each.seconds + at }) }),
  };
}
