/** Subtitles, attachments and data tracks: what mediabunny does not read, seen through FFmpeg. */

import { fileURLToPath } from "node:url";
import type { Container, LeftOut, MediaInput, TrackDescription, TrackKind, WriterInit } from "@tatami/core";
import type { Stream } from "node-av";
import type { ExtraPlan, ExtraTracks } from "../mediabunny/platform.ts";
import { resolveRead } from "../mediabunny/read-frames.ts";
import { addStreams } from "./add-streams.ts";
import type { Packages } from "./packages.ts";
import { loadPackages } from "./packages.ts";

/** Subtitle codecs, in FFmpeg's names, that a container holds as they are. */
const holds: Readonly<Record<Container, readonly string[]>> = {
  mp4: ["mov_text"],
  mov: ["mov_text"],
  webm: ["webvtt"],
  mkv: ["subrip", "ass", "ssa", "text", "webvtt", "hdmv_pgs_subtitle", "dvb_subtitle", "dvd_subtitle"],
};

/** An extra track, and its stream's number in FFmpeg's count. */
interface ExtraTrack {
  readonly description: TrackDescription;
  readonly stream: number;
}

/**
 * Finds the extra tracks of a file; nothing when the input is not a file, which FFmpeg could not open.
 *
 * @param firstIndex the number the first of them gets: mediabunny's own tracks come before.
 */
export async function findExtraTracks(
  input: MediaInput,
  firstIndex: number,
): Promise<ExtraTracks | undefined> {
  const path = filePathOf(input);
  if (path === undefined) return undefined;
  const packages = await loadPackages();
  const found = await listExtraStreams(packages, path, firstIndex);
  if (!found) return undefined;
  return {
    tracks: found.map(({ description }) => description),
    plan: (init, container) => planExtra(path, found, init, container, packages),
  };
}

function filePathOf(input: MediaInput): string | undefined {
  if (typeof input === "string") return input;
  return input instanceof URL && input.protocol === "file:" ? fileURLToPath(input) : undefined;
}

async function listExtraStreams(
  { nodeAv }: Packages,
  path: string,
  firstIndex: number,
): Promise<readonly ExtraTrack[] | undefined> {
  await using context = new nodeAv.FormatContext();
  if ((await context.openInput(path)) < 0) return undefined;
  // MP4 and Matroska list their streams in their headers; others only show them while playing.
  if (context.nbStreams === 0 && (await context.findStreamInfo()) < 0) return undefined;
  const found: ExtraTrack[] = [];
  for (const stream of context.streams) {
    const kind = kindOf(stream, nodeAv);
    if (kind === undefined) continue;
    found.push({
      stream: stream.index,
      description: {
        kind,
        index: firstIndex + found.length,
        codec: nodeAv.avGetCodecName(stream.codecpar.codecId),
        language: languageOf(stream),
      },
    });
  }
  return found;
}

function kindOf(stream: Stream, nodeAv: Packages["nodeAv"]): TrackKind | undefined {
  switch (stream.codecpar.codecType) {
    case nodeAv.AVMEDIA_TYPE_SUBTITLE:
      return "subtitle";
    case nodeAv.AVMEDIA_TYPE_ATTACHMENT:
      return "attachment";
    case nodeAv.AVMEDIA_TYPE_DATA:
      // QuickTime keeps chapter titles as a text track; those are told of as chapters.
      return stream.codecpar.codecTagString === "text" ? undefined : "data";
    default:
      return undefined;
  }
}

function languageOf(stream: Stream): string | null {
  const language = stream.metadata?.get("language") ?? null;
  return language === null || language === "und" || language === "" ? null : language;
}

function planExtra(
  path: string,
  found: readonly ExtraTrack[],
  init: WriterInit,
  container: Container,
  packages: Packages,
): ExtraPlan {
  const copied: ExtraTrack[] = [];
  const leftOut: LeftOut[] = [];
  for (const track of found) {
    const reason = whyNot(track, init, container);
    if (reason) leftOut.push({ track: track.description, ...reason });
    else copied.push(track);
  }
  const streams = copied.map(({ stream }) => stream);
  const { start, end } = resolveRead(init.read ?? {});
  const { ticksPerSecond } = init.reader.description.video;
  return {
    copied: copied.map(({ description }) => description),
    leftOut,
    addTo:
      copied.length === 0
        ? undefined
        : (target, signal) =>
            addStreams(packages.nodeAv, {
              target,
              source: path,
              streams,
              container,
              start,
              end,
              ticksPerSecond,
              signal,
            }),
  };
}

function whyNot(
  { description: { kind, codec, index } }: ExtraTrack,
  init: WriterInit,
  container: Container,
): Pick<LeftOut, "reason" | "message"> | undefined {
  const name = `Track ${index} (${kind}, ${codec ?? "unknown codec"})`;
  if (kind === "data")
    return { reason: "driver-cannot-copy", message: `${name} is not copied: its meaning is not known.` };
  const held =
    kind === "attachment" ? container === "mkv" : codec !== null && holds[container].includes(codec);
  if (!held)
    return {
      reason: "container-cannot-hold",
      message: `${name} cannot be held by ${container}; write MKV to keep it.`,
    };
  if (typeof init.output === "string") return undefined;
  return { reason: "driver-cannot-copy", message: `${name} is copied only when the output is a file path.` };
}
