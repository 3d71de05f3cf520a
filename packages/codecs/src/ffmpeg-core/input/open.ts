/** Opens an input with FFmpeg's core, and says what is in it or why it cannot be used. */

import type { MediaDescription, MediaInput, MediaReader, OpenOptions } from "@tatami/core";
import { abortable, checkKnownOptions, checkOneOf, deinterlaceModes, throwIfAborted } from "@tatami/core";
import { rememberCarried } from "../../carried/carried.ts";
import { refuseUnsupported } from "../../driver/refuse.ts";
import { readCarried } from "./read-carried.ts";
import { describe, isBroadcast } from "./describe.ts";
import { bytesOf, toBlob } from "../core/input-blob.ts";
import { findTransparency } from "../pictures/find-transparency.ts";
import type { Jumps } from "./jumps.ts";
import { findJumps } from "./jumps.ts";
import type { LoadedCore } from "../core/load-core.ts";
import { conversionFilters, layoutFor } from "../pictures/pixel-formats.ts";
import type { Probed } from "../pictures/probe.ts";
import { probe } from "../pictures/probe.ts";
import type { FrameSource } from "../pictures/read-frames.ts";
import { readFrames } from "../pictures/read-frames.ts";
import type { SoundSource } from "../sound/sound.ts";
import { readSound } from "../sound/sound.ts";
import type { CoreThreads } from "../core/thread-pool.ts";
import { createCoreThreads } from "../core/thread-pool.ts";

/** Makes whole pictures of interlaced ones, as many as there were; others pass as they are. */
const deinterlacing = "bwdif=mode=send_frame:deint=interlaced";

/** Opens an input; see {@link CodecDriver.open}. */
export async function openInput(
  input: MediaInput,
  options: OpenOptions,
  load: () => Promise<LoadedCore>,
): Promise<MediaReader> {
  checkKnownOptions("open", options, ["toSdr", "bitDepth", "deinterlace", "frameRate", "recover", "signal"]);
  const deinterlace = checkOneOf("open.deinterlace", options.deinterlace ?? "auto", deinterlaceModes);
  const { signal } = options;
  throwIfAborted(signal);
  const blob = await toBlob(input, signal);
  const threads = createCoreThreads(load, blob);
  try {
    const probed = await abortable(probe(threads, signal), signal);
    const description = await describeWhole(probed, threads, signal);
    refuseUnsupported(description.video, options);
    const filters = deinterlace === "auto" && isInterlaced(probed) ? [deinterlacing] : [];
    const jumps = jumpsOf(probed, threads);
    const source = { ...sourceOf(probed, description, threads), filters, jumps, bytes: bytesOf(blob) };
    const sound = { ...soundOf(probed, description, threads), jumps };
    const reader: MediaReader = {
      description,
      frames: (read) => readFrames(source, read ?? {}),
      sound: (wanted) => readSound(sound, wanted),
      [Symbol.asyncDispose]: async () => {
        for (const soundInput of sound.inputs) soundInput.dispose();
        await threads[Symbol.asyncDispose]();
      },
    };
    rememberCarried(reader, readCarried(probed));
    return reader;
  } catch (error) {
    await threads[Symbol.asyncDispose]();
    throwIfAborted(signal);
    throw error;
  }
}

/** With what only decoding tells: whether a GIF, whose pictures could all be transparent, has one that is. */
async function describeWhole(
  probed: Probed,
  threads: CoreThreads,
  signal: AbortSignal | undefined,
): Promise<MediaDescription> {
  const description = describe(probed);
  const { video } = description;
  if (!video.hasAlpha || probed.video.codec_name !== "gif") return description;
  const hasAlpha = await findTransparency(threads, probed.video.index, signal);
  return { ...description, video: { ...video, hasAlpha } };
}

function sourceOf(
  probed: Probed,
  description: FrameSource["description"],
  threads: CoreThreads,
): Omit<FrameSource, "filters" | "jumps" | "bytes"> {
  const { video } = description;
  const pixelFormat = (probed.pictures[1] ?? probed.pictures[0])?.pix_fmt ?? "yuv420p";
  const layout = layoutFor(pixelFormat, video);
  return {
    threads,
    description,
    layout,
    stream: probed.video.index,
    fileStart: Number(probed.format.start_time ?? 0),
    usual: 1 / (video.frameRate ?? 25),
    conversion: conversionFilters(pixelFormat, video.color, layout),
    pictureBytes: layout.bytes,
  };
}

function soundOf(
  { streams, format }: Probed,
  description: FrameSource["description"],
  threads: CoreThreads,
): Omit<SoundSource, "jumps"> {
  const sounding = description.tracks.flatMap((track) => {
    const stream = track.kind === "audio" && streams.find(({ index }) => index === track.index);
    if (!stream) return [];
    const { index, channels = 2, codec_name: codecName = "", start_time } = stream;
    const firstTime = Number(start_time ?? 0);
    const hasHeaders = codecName === "aac" && format.format_name === "mpegts";
    return [{ index, channels, codecName, firstTime, hasHeaders, description: track }];
  });
  const fileStart = Number(format.start_time ?? 0);
  return { threads, streams: sounding, fileStart, startTime: description.startTime, inputs: [] };
}

/** The jumps of the clock, where it is one that may: found once, for pictures and sound alike. */
function jumpsOf({ format, video }: Probed, threads: CoreThreads): FrameSource["jumps"] {
  let found: Promise<Jumps> | undefined;
  if (!isBroadcast(format)) return async () => ({ seams: [], sound: new Map() });
  return (signal) => {
    found ??= findJumps(threads, video.index, signal).catch((error: unknown) => {
      found = undefined;
      throw error;
    });
    return found;
  };
}

/** By its pictures, and by what the container says of a stream whose first pictures happen to be whole. */
function isInterlaced({ pictures, video }: Probed): boolean {
  if (pictures.some(({ interlaced_frame }) => interlaced_frame === 1)) return true;
  return /^(tt|bb|tb|bt)$/.test(video.field_order ?? "");
}
