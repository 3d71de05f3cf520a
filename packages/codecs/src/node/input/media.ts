/** What an opened input holds behind its description, for its reader and for the writer that copies from it. */

import type { Changed, MediaDescription, MediaInput, MediaReader, OpenOptions } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { NodeAv } from "../node-av.ts";
import type { Address } from "./address.ts";
import { connect } from "./packets/connection.ts";
import type { Chapter } from "./chapters.ts";
import type { Demuxer } from "./packets/demuxer.ts";
import { createDemuxer } from "./packets/demuxer.ts";
import type { Cut } from "../../driver/find-cut.ts";
import type { InputStream } from "./input-streams.ts";
import type { HdrMetadata } from "../pictures/hdr-metadata.ts";
import { createPacketSource } from "./packets/packet-source.ts";
import type { PacketSource } from "./packets/packet-source.ts";

/** What the first picture showed. */
export interface FirstPicture {
  /** FFmpeg's name of its pixel format. */
  readonly pixelFormat: string;
  /** Whether any of its pixels can be seen through. */
  readonly isTransparent: boolean;
  /** Whether closed captions came with it. */
  readonly hasCaptions: boolean;
  /** FFmpeg's number of where chroma lies. */
  readonly chromaLocation: number;
  /** What is stated of a high dynamic range. */
  readonly hdr: HdrMetadata;
}

/** An opened input. */
export interface Media {
  readonly nodeAv: NodeAv;
  readonly input: MediaInput | undefined;
  readonly options: OpenOptions;
  readonly description: MediaDescription;
  /** FFmpeg's name of the demuxer. */
  readonly demuxerName: string;
  /** All streams, valid until the reader is disposed of. */
  readonly streams: readonly InputStream[];
  /** What the container says of itself by name. */
  readonly tags: Readonly<Record<string, string>>;
  /** The number of the stream whose pictures are read. */
  readonly video: number;
  /** Numbers of the streams whose sound is read. */
  readonly audio: readonly number[];
  readonly first: FirstPicture;
  readonly chapters: readonly Chapter[];
  /** The bytes of each cover, by its stream's number. */
  readonly covers: ReadonlyMap<number, Buffer>;
  /** Whether its index is missing, and pictures are read from the raw stream. */
  readonly isRecovered: boolean;
  /** Where the file ends before its own headers say it does. */
  readonly cut: Cut | undefined;
  /** Numbers of tracks of sound that are not of one kind throughout, so that none of their packets are copied. @defaultValue none */
  readonly uneven?: readonly number[];
  /** What differs between files that were joined. @defaultValue nothing */
  readonly seams?: readonly Changed[];
  /** Captions of pictures that were read and not written yet, by their timestamps. */
  readonly captions: Map<number, Buffer>;
  /** Gives packets of one stream, to one reader. */
  readonly access: StreamAccess;
}

const opened = new WeakMap<MediaReader, Media>();

/** Remembers what stands behind a reader. */
export function rememberMedia(reader: MediaReader, media: Media): void {
  opened.set(reader, media);
}

/** What stands behind a reader; nothing when another driver made it. */
export function findMedia(reader: MediaReader): Media | undefined {
  return opened.get(reader);
}

/** The stream whose pictures are read. */
export function videoStream({ streams, video }: Pick<Media, "streams" | "video">): InputStream {
  return streams.find(({ index }) => index === video)!;
}

/** Packets of an input for one reader of it; disposing of it leaves others' alone. */
export interface Reading extends AsyncDisposable {
  readonly demuxer: Demuxer;
  /** Whether it is the reader's own: it began at the start of the input, and can be sent elsewhere. */
  readonly own: boolean;
}

/** How readers come to packets. Disposing of it closes all that is open. */
export interface StreamAccess extends AsyncDisposable {
  /**
   * Inputs that can be opened again give every reader a connection of its own, so that picture and sound may lie any
   * distance apart; of the others all read one connection, from where it is.
   *
   * @param isLook whether a few pictures are all that is wanted: then what the first connection found out of the streams
   * holds where the container's headers say how to decode them, and opening costs a third.
   */
  read(streams: readonly number[], signal?: AbortSignal, isLook?: boolean): Promise<Reading>;
  /** A connection of its own, for who joins several inputs; nothing of an input that can be read once only. To be closed. */
  connect?(signal?: AbortSignal): Promise<PacketSource>;
}

/**
 * @param first the demuxer the input was looked at with; it is owned from here on.
 * @param origin seconds taken off all times.
 * @param saysAllInHeaders whether the container's headers say how its streams are decoded.
 */
export async function createStreamAccess(
  nodeAv: NodeAv,
  address: Address,
  first: Demuxer,
  origin: number,
  saysAllInHeaders: boolean,
): Promise<StreamAccess> {
  const open = new Set<Demuxer>([first]);
  let closed = false;
  if (address.seekable) await first.disconnect();
  return {
    read: async (streams, signal, isLook = false) => {
      if (closed) throw closedInput(address);
      if (!address.seekable) {
        for (const stream of streams) first.keep(stream);
        return { demuxer: first, own: false, [Symbol.asyncDispose]: async () => undefined };
      }
      const known = isLook && saysAllInHeaders ? first.streams : undefined;
      const connection = await connect(nodeAv, address, signal, known !== undefined);
      const source = createPacketSource(nodeAv, connection, origin, address, known);
      const demuxer = createDemuxer(nodeAv, source);
      if (closed) {
        await demuxer[Symbol.asyncDispose]();
        throw closedInput(address);
      }
      return ownReading(demuxer, streams, open);
    },
    ...(address.seekable && {
      connect: async (signal?: AbortSignal) =>
        createPacketSource(nodeAv, await connect(nodeAv, address, signal), origin, address),
    }),
    [Symbol.asyncDispose]: async () => {
      closed = true;
      await Promise.all([...open].map((demuxer) => demuxer[Symbol.asyncDispose]()));
    },
  };
}

/** A reader's own packets of some streams. @param open who closes what is left open */
export function ownReading(demuxer: Demuxer, streams: readonly number[], open: Set<Demuxer>): Reading {
  open.add(demuxer);
  for (const stream of streams) demuxer.keep(stream);
  return {
    demuxer,
    own: true,
    [Symbol.asyncDispose]: async () => {
      open.delete(demuxer);
      await demuxer[Symbol.asyncDispose]();
    },
  };
}

function closedInput({ name }: Address): TatamiError<"internal"> {
  return new TatamiError({
    code: "internal",
    message: `${name} was closed before it was read.`,
    fix: "Dispose of a reader once all that was asked of it has ended.",
  });
}

/** Bits of the frames that a reader of this input gives. */
export function bitsOfFrames({ options, description }: Pick<Media, "options" | "description">): number {
  const { toSdr = false, bitDepth = 8 } = options;
  if (toSdr || bitDepth === 8) return 8;
  return Math.max(description.video.bitDepth ?? 8, bitDepth === 10 ? 10 : 8);
}
