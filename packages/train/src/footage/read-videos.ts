/** Frames to learn from, out of videos. */

import { TatamiError, throwIfAborted } from "@tatami/core";
import type { CodecDriver, MediaInput, MediaReader } from "@tatami/core";
import type { CameraCodec, CompressiblePicture } from "../camera/compress.ts";
import type { FrameSequence } from "../camera/frame-sequence.ts";
import { takeFrame } from "../camera/take-frame.ts";

/** What videos of one camera hold. */
export interface Footage {
  readonly candidates: readonly FrameSequence[];
  /** The codec of most candidates, or the nearest that can be imitated. */
  readonly codec: CameraCodec;
  /** Files that could not be read, and why. */
  readonly leftOut: readonly { readonly name: string; readonly error: TatamiError }[];
}

/** A video and what it is called. */
export interface NamedVideo {
  readonly name: string;
  readonly media: MediaInput;
}

/** How videos are read. */
export interface ReadVideosOptions {
  /** Told how many candidates of about how many are read. */
  readonly onRead?: (read: number, count: number) => void;
  readonly signal?: AbortSignal;
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
 * Short runs of frames, evenly spread over videos.
 *
 * @param count candidates over all videos
 * @throws TatamiError `input-not-found` when none can be read.
 */
export async function readVideos(
  driver: CodecDriver,
  videos: readonly NamedVideo[],
  count: number,
  options: ReadVideosOptions = {},
): Promise<Footage> {
  const { signal, onRead } = options;
  const candidates: FrameSequence[] = [];
  const codecs = new Map<CameraCodec, number>();
  const leftOut: { name: string; error: TatamiError }[] = [];
  const each = Math.max(1, Math.ceil(count / videos.length));
  for (const { name, media } of videos) {
    throwIfAborted(signal);
    try {
      await using reader = await driver.open(media, signal ? { signal } : {});
      const codec = IMITATED[reader.description.video.codec ?? ""] ?? "avc";
      for await (const run of readRuns(reader, name, each, signal)) {
        candidates.push(run);
        codecs.set(codec, (codecs.get(codec) ?? 0) + 1);
        onRead?.(candidates.length, each * videos.length);
      }
    } catch (error) {
      if (!TatamiError.is(error)) throw error;
      leftOut.push({ name, error });
    }
  }
  const [first] = [...codecs].sort(([, a], [, b]) => b - a);
  if (first) return { candidates, codec: first[0], leftOut };
  const names = videos.map(({ name }) => name).join(", ");
  const reasons = leftOut.map(({ error }) => ` ${error.message}`).join("");
  throw new TatamiError({
    code: "input-not-found",
    message: `There is no video of ${FRAMES} frames or more in ${names || "an empty folder"}.${reasons}`,
    fix: "Give a video file, or several.",
  });
}

async function* readRuns(
  reader: MediaReader,
  name: string,
  count: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<FrameSequence, void, undefined> {
  const { duration } = reader.description;
  for (let index = 0; index < count; index++) {
    throwIfAborted(signal);
    const start = (duration * (index + 0.25)) / count;
    const frames: CompressiblePicture[] = [];
    for await (const frame of reader.frames({ start, ...(signal ? { signal } : {}) })) {
      frames.push(await takeFrame(frame));
      if (frames.length === FRAMES) break;
    }
    if (frames.length === FRAMES) yield { name: `${name} at ${start.toFixed(1)} s`, frames };
  }
}
