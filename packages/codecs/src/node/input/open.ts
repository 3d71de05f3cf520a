/** Opens an input by FFmpeg: streams, first picture, description, and refusals. */

import { Readable } from "node:stream";
import type { MediaInput, MediaReader, OpenOptions } from "@tatami/core";
import {
  abortable,
  checkKnownOptions,
  checkOneOf,
  deinterlaceModes,
  TatamiError,
  throwIfAborted,
} from "@tatami/core";
import { containerNameOf } from "../../driver/container-names.ts";
import { refuseUnsupported } from "../../driver/refuse.ts";
import type { NodeAv } from "../node-av.ts";
import { loadNodeAv, secondsOf } from "../node-av.ts";
import { isRgbFormat } from "../pictures/pixel-formats.ts";
import { decodeFirst } from "../pictures/probe.ts";
import { readFrames } from "../pictures/read-frames.ts";
import type { Address } from "./address.ts";
import { resolveAddress } from "./address.ts";
import { chooseAudio, chooseVideo } from "./choose-streams.ts";
import { readChapters } from "./chapters.ts";
import type { Connection } from "./packets/connection.ts";
import { connect } from "./packets/connection.ts";
import type { Demuxer } from "./packets/demuxer.ts";
import { createDemuxer } from "./packets/demuxer.ts";
import { describeMedia } from "./describe.ts";
import { findEarlyEnd } from "./damage/find-early-end.ts";
import type { InputStream } from "./input-streams.ts";
import type { LiveOptions } from "./packets/live-source.ts";
import { createLiveSource } from "./packets/live-source.ts";
import type { Media } from "./media.ts";
import { createStreamAccess, rememberMedia } from "./media.ts";
import type { PacketSource } from "./packets/packet-source.ts";
import { createPacketSource } from "./packets/packet-source.ts";
import type { RawVideo } from "../frames/raw-input.ts";
import { asRawVideo, explainRaw } from "../frames/raw-input.ts";
import { readHead } from "./source-bytes.ts";
import { findUnfinished, notFinished, readRaw } from "./damage/unfinished.ts";
import { encryptedInput } from "../../driver/explain-error.ts";

/** Containers that may have chapters. */
const withChapters = /^(Matroska|WebM|MP4|MOV|3GP|WMV|Ogg|NUT)$/;

/** See {@link CodecDriver.open}. */
export async function openMedia(
  input: MediaInput,
  options: OpenOptions,
  live: LiveOptions,
  raw?: RawVideo,
): Promise<MediaReader> {
  checkKnownOptions("open", options, ["toSdr", "bitDepth", "deinterlace", "frameRate", "recover", "signal"]);
  if (options.bitDepth !== undefined) checkOneOf("open.bitDepth", options.bitDepth, [8, 10, "source"]);
  checkOneOf("open.deinterlace", options.deinterlace ?? "auto", deinterlaceModes);
  throwIfAborted(options.signal);
  const nodeAv = await loadNodeAv();
  const given = await resolveAddress(input, options);
  const asked = raw ? asRawVideo(nodeAv, given, raw, options.frameRate) : given;
  const opened = await openInput(nodeAv, asked, options, live);
  const { address, source, demuxer, startTime } = opened;
  const looked = look(opened, input, options);
  try {
    const found = await abortable(looked, options.signal);
    const isWhole = /^(mov|matroska)/.test(found.demuxerName);
    const access = await createStreamAccess(nodeAv, address, demuxer, startTime, isWhole);
    const media: Media = { ...found, access };
    const reader: MediaReader = {
      description: media.description,
      ...(address.seekable ? {} : { readOnce: true }),
      frames: (read) => readFrames(media, read ?? {}),
      [Symbol.asyncDispose]: () => media.access[Symbol.asyncDispose](),
    };
    rememberMedia(reader, media);
    return reader;
  } catch (error) {
    // What still decodes must come to its end before anything is freed.
    source.interrupt();
    await looked.catch(() => undefined);
    await demuxer[Symbol.asyncDispose]();
    throw raw ? explainRaw(error, raw) : error;
  }
}

/** An input that is connected to, before anything in it is decoded. */
interface OpenedInput {
  readonly nodeAv: NodeAv;
  /** Where it can be opened again, if it can. */
  readonly address: Address;
  readonly connection: Connection;
  readonly isRecovered: boolean;
  readonly container: string;
  /** Seconds, as the container states; above 0 where it does. */
  readonly duration: number;
  /** Seconds on the container's clock at which it begins. */
  readonly startTime: number;
  readonly source: PacketSource;
  readonly demuxer: Demuxer;
}

async function openInput(
  nodeAv: NodeAv,
  asked: Address,
  options: OpenOptions,
  live: LiveOptions,
): Promise<OpenedInput> {
  const { connection, recovered } = await connectOrRecover(nodeAv, asked, options);
  const container = await containerOf(connection, asked);
  const duration = Number(connection.context.duration) / nodeAv.AV_TIME_BASE;
  const isLive = asked.remote && !(duration > 0);
  // A file on a server that gives any part of it can be opened again; a playlist or a stream cannot.
  const isFile = /^https?:/i.test(asked.url) && connection.context.pb?.seekable === 1 && container !== "HLS";
  const address: Address = recovered ?? { ...asked, seekable: asked.seekable || (isFile && !isLive) };
  const startTime = isLive ? 0 : startOf(nodeAv, connection);
  const source = isLive
    ? createLiveSource(nodeAv, address, connection, live)
    : createPacketSource(nodeAv, connection, startTime, address);
  const demuxer = createDemuxer(nodeAv, source, { overflow: isLive ? "drop-oldest" : "fail" });
  const isRecovered = recovered !== undefined;
  return { nodeAv, address, connection, isRecovered, container, duration, startTime, source, demuxer };
}

/** Looks into it: which streams are used, the first picture, what its description says; and refuses what cannot be read. */
async function look(
  opened: OpenedInput,
  input: MediaInput,
  options: OpenOptions,
): Promise<Omit<Media, "access">> {
  const { nodeAv, address, connection, isRecovered, container, duration, startTime, demuxer } = opened;
  const { streams } = demuxer;
  const video = chooseVideo(nodeAv, streams, container);
  if (container === "WMV") await refuseLocked(address);
  const audio = chooseAudio(nodeAv, connection, streams, video, container);
  // What cannot be read twice is kept from the start, or what lies beside the first pictures would be gone.
  if (!address.seekable) for (const { index, kind } of streams) if (kind !== "video") demuxer.keep(index);
  const covers = streams.filter(({ isCover }) => isCover).map(({ index }) => index);
  for (const index of covers) demuxer.keep(index);
  const { first, ...shown } = await decodeFirst(nodeAv, demuxer, video);
  const known = await durationOf(nodeAv, address, duration, video);
  const clock = { duration: known, startTime };
  const chapters = withChapters.test(container)
    ? await readChapters(nodeAv, connection.context, startTime)
    : [];
  const description = describeMedia(container, clock, streams, video, { ...shown, chapters });
  // R′G′B′ is converted in 8 bits
  const isRgb = isRgbFormat(first.pixelFormat);
  refuseUnsupported(description.video, isRgb ? { ...options, bitDepth: 8 } : options, true);
  const cut = await findEarlyEnd(address);
  const { iformat, metadata } = connection.context;
  return {
    nodeAv,
    input,
    options,
    description,
    demuxerName: iformat?.name ?? "unknown",
    streams,
    tags: metadata?.getAll() ?? {},
    video: video.index,
    audio,
    first,
    chapters,
    covers: takeCovers(demuxer, covers),
    isRecovered,
    cut,
    captions: new Map(),
  };
}

/** Covers come before all other packets. */
function takeCovers(demuxer: Demuxer, covers: readonly number[]): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (const index of covers) {
    using packet = demuxer.take(index);
    if (packet?.data) found.set(index, Buffer.from(packet.data));
  }
  return found;
}

/** Connects; of an MP4 without an index to its raw stream, where that was asked for. */
async function connectOrRecover(
  nodeAv: NodeAv,
  address: Address,
  { recover = false, frameRate = 25, signal }: OpenOptions,
): Promise<{ readonly connection: Connection; readonly recovered: Address | undefined }> {
  try {
    return { connection: await connect(nodeAv, address, signal), recovered: undefined };
  } catch (error) {
    if (!TatamiError.is(error, "unsupported-container")) throw error;
    const unfinished = await findUnfinished(address);
    if (!unfinished) throw error;
    const { raw } = unfinished;
    if (!recover || !raw) throw notFinished(address.name, raw !== undefined);
    const recovered: Address = {
      ...address,
      url: "",
      bytes: Readable.from(readRaw(address, raw)),
      demuxer: raw.demuxer,
      options: { framerate: String(frameRate) },
      seekable: false,
    };
    return { connection: await connect(nodeAv, recovered, signal), recovered };
  }
}

/** Seconds on the container's clock at which an input begins: cameras count from anywhere. */
function startOf(nodeAv: NodeAv, { context }: Connection): number {
  return context.startTime === nodeAv.AV_NOPTS_VALUE ? 0 : Number(context.startTime) / nodeAv.AV_TIME_BASE;
}

async function durationOf(
  nodeAv: NodeAv,
  address: Address,
  stated: number,
  video: InputStream,
): Promise<number> {
  if (stated > 0) return stated;
  return address.seekable ? measure(nodeAv, address, video) : Infinity;
}

/** Seconds that pictures last where nothing says so: bare streams have to be read through. */
async function measure(nodeAv: NodeAv, address: Address, { index }: InputStream): Promise<number> {
  await using demuxer = createDemuxer(nodeAv, createPacketSource(nodeAv, await connect(nodeAv, address)));
  demuxer.keep(index);
  const timeBase = demuxer.streams[index]?.timeBase ?? { num: 0, den: 1 };
  let ticks = 0n;
  for (;;) {
    using packet = await demuxer.next(index);
    if (!packet) return secondsOf(ticks, timeBase);
    ticks += packet.duration;
  }
}

async function containerOf({ context }: Connection, address: Address): Promise<string> {
  const brand = context.metadata?.get("major_brand") ?? null;
  const name = containerNameOf(context.iformat?.name ?? "unknown", brand);
  // FFmpeg does not tell Matroska's document type, which is among the first bytes (RFC 8794, section 11.2.6).
  return name === "Matroska" && (await readHead(address))?.subarray(0, 64).includes("webm") ? "WebM" : name;
}

/**
 * The identifiers of the Content Encryption and the Extended Content Encryption object.
 * Source: Advanced Systems Format Specification, revision 01.20.05, section 10.2.
 */
const encryptionObjects = ["fbb31122 23bdd211 b4b700a0 c955fc6e", "14e68a29 2226174c b935dae0 7ee9289c"].map(
  (hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"),
);

/** @throws TatamiError `encrypted-input` when the file's header has an encryption object. */
async function refuseLocked(address: Address): Promise<void> {
  const head = await readHead(address);
  if (head && encryptionObjects.some((object) => head.includes(object))) throw encryptedInput();
}
