/** Bytes for FFmpeg from JavaScript: a Blob, read anywhere, or a stream, read once. */

import { abortable } from "@tatami/core";
import type { IOContext } from "node-av";
import type { NodeAv } from "../node-av.ts";

/** Bytes FFmpeg asks for at once. */
const bufferSize = 2 ** 16;

/** Bytes on their way into FFmpeg. */
export interface ByteReader {
  readonly context: IOContext;
  /** Ends a read that is waiting, and every later one. */
  stop(): void;
  /** Frees FFmpeg's part; after the input that reads through it was closed. */
  close(): Promise<void>;
}

/** Makes FFmpeg read a Blob (from anywhere) or a stream (once, in order). */
export function createByteReader(
  nodeAv: NodeAv,
  bytes: Blob | ReadableStream<Uint8Array> | NodeJS.ReadableStream,
): ByteReader {
  const source = bytes instanceof Blob ? readBlob(nodeAv, bytes) : readStream(bytes);
  // a signal, not a promise: one that stays pending keeps every race with it, and what the race has read
  const stops = new AbortController();
  const stop = (): void => stops.abort();
  const context = new nodeAv.IOContext();
  context.allocContextWithCallbacks(
    bufferSize,
    0,
    async (size) => {
      const data = await abortable(source.read(size), stops.signal).catch(() =>
        stops.signal.aborted ? undefined : nodeAv.AVERROR_EIO,
      );
      if (typeof data === "number") return data;
      return data && data.length > 0 ? data : nodeAv.AVERROR_EOF;
    },
    null,
    source.seek ?? null,
  );
  return {
    context,
    stop,
    close: async () => {
      stop();
      context.freeContext();
      await source.close?.();
    },
  };
}

interface Source {
  read(size: number): Promise<Buffer | undefined>;
  seek?(offset: bigint, whence: number): bigint;
  close?(): Promise<void>;
}

function readBlob(nodeAv: NodeAv, blob: Blob): Source {
  let position = 0;
  return {
    read: async (size) => {
      const part = Buffer.from(await blob.slice(position, position + size).arrayBuffer());
      position += part.length;
      return part;
    },
    seek: (offset, whence) => {
      const from: Readonly<Record<number, number>> = {
        [nodeAv.AVSEEK_SET]: 0,
        [nodeAv.AVSEEK_CUR]: position,
        [nodeAv.AVSEEK_END]: blob.size,
      };
      if (whence & nodeAv.AVSEEK_SIZE) return BigInt(blob.size);
      const start = from[whence & ~nodeAv.AVSEEK_FORCE];
      if (start === undefined) return BigInt(nodeAv.AVERROR_EINVAL);
      position = start + Number(offset);
      return BigInt(position);
    },
  };
}

function readStream(stream: ReadableStream<Uint8Array> | NodeJS.ReadableStream): Source {
  const chunks = (stream as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let waiting: Buffer = Buffer.alloc(0);
  return {
    read: async (size) => {
      if (waiting.length === 0) {
        const { value, done } = await chunks.next();
        if (done === true || value === undefined) return undefined;
        waiting = Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      }
      const part = waiting.subarray(0, size);
      waiting = waiting.subarray(part.length);
      return part;
    },
    close: async () => {
      // not awaited: a chunk that never comes would be waited for
      void chunks.return?.().catch(() => undefined);
    },
  };
}
