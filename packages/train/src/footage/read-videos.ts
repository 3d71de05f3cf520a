/** Frames to learn from, out of videos. */

import { openFirst, TatamiError, throwIfAborted } from "@tatami/core";
import type { CodecDriver, MediaInput, MediaReader } from "@tatami/core";
import type { CameraCodec, CompressiblePicture } from "../data/camera/compress.ts";
import type { FrameSequence } from "../data/camera/frame-sequence.ts";
import { takeFrame } from "../data/camera/take-frame.ts";
import { lumaOfPlanes } from "../data/camera/to-i420.ts";
import type { LumaPlane } from "../data/luma.ts";
import { keptIndex } from "./choose-frames.ts";
import { softness } from "./softness.ts";

/** What videos of one camera hold. */
export interface Footage {
  readonly candidates: readonly FrameSequence[];
  /** The codec of most candidates, or the nearest that can be imitated. */
  readonly codec: CameraCodec;
  /** How much finer detail the camera takes, in dB; see `softnessRemark`. */
  readonly softness: number;
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
const framesEach = 3;
/** Codecs of files by what imitates them. */
const imitated: readonly (readonly [name: RegExp, CameraCodec])[] = [
  [/^(hevc|hev1|hvc1|vp9|vp09|av1|av01)/, "hevc"],
  [/^(mpeg4|mpeg[12]video|h263|flv1|wmv|vc1|msmpeg4)/, "mpeg4"],
  [/^mjpeg/, "mjpeg"],
];

/**
 * Short runs of frames, evenly spread over videos.
 *
 * @param count candidates over all videos
 * @throws TatamiError `input-not-found` when none can be read.
 */
export async function readVideos(
  drivers: readonly CodecDriver[],
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
      const { reader } = await openFirst(drivers, media, signal ? { signal } : {});
      await using _ = reader;
      const codec = imitate(reader.description.video.codec ?? "");
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
  if (first) return { candidates, codec: first[0], softness: softness(lumasOf(candidates)), leftOut };
  const names = videos.map(({ name }) => name).join(", ");
  const reasons = leftOut.map(({ error }) => ` ${error.message}`).join("");
  throw new TatamiError({
    code: "input-not-found",
    message: `There is no video of ${framesEach} frames or more in ${names || "an empty folder"}.${reasons}`,
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
      if (frames.length === framesEach) break;
    }
    if (frames.length === framesEach) yield { name: `${name} at ${start.toFixed(1)} s`, frames };
  }
}

/** One by one: of many large ones few are looked at. */
function* lumasOf(candidates: readonly FrameSequence[]): Generator<LumaPlane, void, undefined> {
  for (const run of candidates) yield lumaOfPlanes(run.frames[keptIndex(run)]!);
}

function imitate(codec: string): CameraCodec {
  return imitated.find(([name]) => name.test(codec))?.[1] ?? "avc";
}
