/** Frames to learn from, out of video files. */

import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { TatamiError, throwIfAborted } from "@tatami/core";
import type { MediaReader } from "@tatami/core";
import type { CameraCodec, CompressiblePicture } from "../camera/compress.ts";
import type { FrameSequence } from "../camera/frame-sequence.ts";
import { takeFrame } from "../camera/read-sequences.ts";

/** What files of one camera hold. */
export interface Footage {
  readonly candidates: readonly FrameSequence[];
  /** The codec of most candidates, or the nearest that can be imitated. */
  readonly codec: CameraCodec;
  /** Files that could not be read, and why. */
  readonly leftOut: readonly { readonly name: string; readonly error: TatamiError }[];
}

/** Frames of a candidate: one to learn from, in the middle. */
const FRAMES = 3;
/** Codecs of files by what imitates them. */
const IMITATED: Readonly<Record<string, CameraCodec>> = {
  avc: "avc",
  hevc: "hevc",
  vp9: "hevc",
  av1: "hevc",
  vp8: "avc",
};

/**
 * Short runs of frames, evenly spread over a video file or over all files of a folder.
 *
 * @param count candidates over all files
 * @throws TatamiError `input-not-found` when there is no file that can be read.
 */
export async function readFootage(path: string, count: number, signal?: AbortSignal): Promise<Footage> {
  const files = await listFiles(path);
  const candidates: FrameSequence[] = [];
  const codecs = new Map<CameraCodec, number>();
  const leftOut: { name: string; error: TatamiError }[] = [];
  const each = Math.max(1, Math.ceil(count / files.length));
  for (const file of files) {
    throwIfAborted(signal);
    try {
      await using reader = await nodeDriver().open(file, signal ? { signal } : {});
      const found = await readRuns(reader, basename(file), each, signal);
      candidates.push(...found);
      const codec = IMITATED[reader.description.video.codec ?? ""] ?? "avc";
      codecs.set(codec, (codecs.get(codec) ?? 0) + found.length);
    } catch (error) {
      if (!TatamiError.is(error)) throw error;
      leftOut.push({ name: basename(file), error });
    }
  }
  const [first] = [...codecs].sort(([, a], [, b]) => b - a);
  if (first && candidates.length > 0) return { candidates, codec: first[0], leftOut };
  throw new TatamiError({
    code: "input-not-found",
    message: `No video in ${path} can be read. ${leftOut.map(({ error }) => error.message).join(" ")}`.trim(),
    fix: "Name a video file, or a folder of them.",
    detail: { path },
  });
}

async function listFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `${path} cannot be read.`,
      fix: "Name a video file, or a folder of them.",
      detail: { path },
      cause: error,
    });
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(path, entry.name))
    .sort();
}

async function readRuns(
  reader: MediaReader,
  name: string,
  count: number,
  signal: AbortSignal | undefined,
): Promise<readonly FrameSequence[]> {
  const { duration } = reader.description;
  const runs: FrameSequence[] = [];
  for (let index = 0; index < count; index++) {
    throwIfAborted(signal);
    const start = (duration * (index + 0.25)) / count;
    const frames: CompressiblePicture[] = [];
    for await (const frame of reader.frames({ start, ...(signal ? { signal } : {}) })) {
      frames.push(await takeFrame(frame));
      if (frames.length === FRAMES) break;
    }
    if (frames.length === FRAMES) runs.push({ name: `${name} at ${start.toFixed(1)} s`, frames });
  }
  return runs;
}
