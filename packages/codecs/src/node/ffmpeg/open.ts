/** Opens an input by FFmpeg: streams, first picture, description, and refusals. */

import type { MediaInput, MediaReader, OpenOptions } from "@tatami/core";
import { abortable, checkKnownOptions, checkOneOf, throwIfAborted } from "@tatami/core";
import { containerNameOf } from "../../ffmpeg/container-names.ts";
import { refuseUnsupported } from "../../mediabunny/refuse.ts";
import type { Packages } from "../packages.ts";
import { loadPackages } from "../packages.ts";
import type { Address } from "./address.ts";
import { resolveAddress } from "./address.ts";
import { chooseAudio, chooseVideo } from "./choose-streams.ts";
import type { Connection } from "./connection.ts";
import { connect } from "./connection.ts";
import { createDemuxer } from "./demuxer.ts";
import { describeMedia } from "./describe.ts";
import type { InputStream } from "./input-streams.ts";
import { refuseLocked } from "./locked-wmv.ts";
import type { LiveOptions } from "./live-source.ts";
import { createLiveSource } from "./live-source.ts";
import type { Media } from "./media.ts";
import { createStreamAccess } from "./media.ts";
import { createPacketSource } from "./packet-source.ts";
import { decodeFirst } from "./probe.ts";
import { readFrames } from "./read-frames.ts";
import { openSound } from "./sound.ts";

/** See {@link CodecDriver.open}. */
export async function openMedia(
  input: MediaInput,
  options: OpenOptions,
  live: LiveOptions,
): Promise<MediaReader> {
  checkKnownOptions("open", options, ["toSdr", "deinterlace", "frameRate", "signal"]);
  checkOneOf("open.deinterlace", options.deinterlace ?? "auto", ["auto", "off"]);
  throwIfAborted(options.signal);
  const packages = await loadPackages();
  const { nodeAv } = packages;
  const address = await resolveAddress(input, options);
  const connection = await connect(nodeAv, address, options.signal);
  const container = containerOf(connection);
  const duration = Number(connection.context.duration) / nodeAv.AV_TIME_BASE;
  const isLive = address.remote && !(duration > 0);
  const source = isLive
    ? createLiveSource(nodeAv, address, connection, live)
    : createPacketSource(nodeAv, connection, address.remote ? startOf(packages, connection) : 0);
  const demuxer = createDemuxer(nodeAv, source, { overflow: isLive ? "drop-oldest" : "fail" });
  const looking = async (): Promise<Omit<Media, "access">> => {
    const video = chooseVideo(packages, demuxer.streams, container);
    if (container === "WMV") await refuseLocked(address);
    const audio = chooseAudio(packages, connection, demuxer.streams, video, container);
    // What cannot be read twice is kept from the start, or the sound of the first pictures would be gone.
    if (!address.seekable) for (const index of audio) demuxer.keep(index);
    using first = await decodeFirst(packages, demuxer, video);
    const known =
      duration > 0 ? duration : address.seekable ? await measure(nodeAv, address, video) : Infinity;
    const description = await describeMedia(packages, container, known, demuxer.streams, video, first);
    refuseUnsupported(description.video, options.toSdr ?? false);
    return { packages, options, description, video: video.index, audio };
  };
  const looked = looking();
  try {
    const found = await abortable(looked, options.signal);
    const media: Media = { ...found, access: await createStreamAccess(packages, address, demuxer) };
    return {
      description: media.description,
      frames: (read) => readFrames(media, read ?? {}),
      sound: (sound) => openSound(media, sound),
      [Symbol.asyncDispose]: () => media.access[Symbol.asyncDispose](),
    };
  } catch (error) {
    // What still decodes must come to its end before anything is freed.
    source.interrupt();
    await looked.catch(() => undefined);
    await demuxer[Symbol.asyncDispose]();
    throw error;
  }
}

/** Seconds at which an input begins: what is sent may count from any moment, which means nothing to who receives it. */
function startOf({ nodeAv }: Packages, { context }: Connection): number {
  return context.startTime === nodeAv.AV_NOPTS_VALUE ? 0 : Number(context.startTime) / nodeAv.AV_TIME_BASE;
}

/** Seconds that pictures last where nothing says so: bare streams have to be read through. */
async function measure(
  nodeAv: Packages["nodeAv"],
  address: Address,
  { index }: InputStream,
): Promise<number> {
  await using demuxer = createDemuxer(nodeAv, createPacketSource(nodeAv, await connect(nodeAv, address)));
  demuxer.keep(index);
  const { num, den } = demuxer.streams[index]?.timeBase ?? { num: 0, den: 1 };
  let ticks = 0n;
  for (;;) {
    using packet = await demuxer.next(index);
    if (!packet) return (Number(ticks) * num) / den;
    ticks += packet.duration;
  }
}

function containerOf({ context }: Connection): string {
  return containerNameOf(context.iformat?.name ?? "unknown", context.metadata?.get("major_brand") ?? null);
}
