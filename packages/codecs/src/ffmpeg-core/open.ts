/** Opens an input with FFmpeg's core, and says what is in it or why it cannot be used. */

import type { MediaInput, MediaReader, OpenOptions } from "@tatami/core";
import { abortable, checkKnownOptions, checkOneOf, throwIfAborted } from "@tatami/core";
import { refuseUnsupported } from "../mediabunny/refuse.ts";
import { describe } from "./describe.ts";
import { toBlob } from "./input-blob.ts";
import type { LoadedCore } from "./load-core.ts";
import { conversionFilters, layoutFor } from "./pixel-format.ts";
import type { Probed } from "./probe.ts";
import { probe } from "./probe.ts";
import type { FrameSource } from "./read-frames.ts";
import { readFrames } from "./read-frames.ts";
import type { SoundSource } from "./sound.ts";
import { readSound } from "./sound.ts";
import type { CoreThreads } from "./thread-pool.ts";
import { createCoreThreads } from "./thread-pool.ts";

/** Makes whole pictures of interlaced ones, as many as there were; others pass as they are. */
const deinterlacing = "bwdif=mode=send_frame:deint=interlaced";

/** Opens an input; see {@link CodecDriver.open}. */
export async function openInput(
  input: MediaInput,
  options: OpenOptions,
  load: () => Promise<LoadedCore>,
): Promise<MediaReader> {
  checkKnownOptions("open", options, ["toSdr", "deinterlace", "frameRate", "recover", "signal"]);
  const deinterlace = checkOneOf("open.deinterlace", options.deinterlace ?? "auto", ["auto", "off"]);
  const { signal } = options;
  throwIfAborted(signal);
  const threads = createCoreThreads(load, await toBlob(input, signal));
  try {
    const probed = await abortable(probe(threads, signal), signal);
    const description = describe(probed);
    refuseUnsupported(description.video, options.toSdr ?? false);
    const filters = deinterlace === "auto" && isInterlaced(probed) ? [deinterlacing] : [];
    const source = { ...sourceOf(probed, description, threads), filters };
    const sound = soundOf(probed, description, threads);
    return {
      description,
      frames: (read) => readFrames(source, read ?? {}),
      sound: (wanted) => readSound(sound, wanted),
      [Symbol.asyncDispose]: async () => {
        for (const soundInput of sound.inputs) soundInput.dispose();
        await threads[Symbol.asyncDispose]();
      },
    };
  } catch (error) {
    await threads[Symbol.asyncDispose]();
    throwIfAborted(signal);
    throw error;
  }
}

function sourceOf(
  probed: Probed,
  description: FrameSource["description"],
  threads: CoreThreads,
): Omit<FrameSource, "filters"> {
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
  { tracks }: FrameSource["description"],
  threads: CoreThreads,
): SoundSource {
  const sounding = tracks.flatMap((description) => {
    const stream = description.kind === "audio" && streams.find(({ index }) => index === description.index);
    if (!stream) return [];
    const { index, channels = 2, codec_name: codecName = "", start_time } = stream;
    return [{ index, channels, codecName, startTime: Number(start_time ?? 0), description }];
  });
  return { threads, streams: sounding, fileStart: Number(format.start_time ?? 0), inputs: [] };
}

/** By its pictures, and by what the container says of a stream whose first pictures happen to be whole. */
function isInterlaced({ pictures, video }: Probed): boolean {
  if (pictures.some(({ interlaced_frame }) => interlaced_frame === 1)) return true;
  return /^(tt|bb|tb|bt)$/.test(video.field_order ?? "");
}
