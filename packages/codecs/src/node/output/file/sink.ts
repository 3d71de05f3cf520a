/** Where the bytes of an output go, and how they are kept or thrown away at the end. */

import { open } from "node:fs/promises";
import type { MediaInput, MediaOutput, Written } from "@tatami/core";
import { abortable, invalidOption } from "@tatami/core";
import type { FormatContext, IOContext } from "node-av";
import type { NodeAv } from "../../node-av.ts";
import { createPartialFile } from "./partial-file.ts";
import { closeMuxer } from "../containers.ts";
import type { FileBytes } from "./write-chapters.ts";

/** Bytes FFmpeg hands over at once. */
const bufferSize = 2 ** 16;

/** An opened place to write to. */
export interface Sink {
  /** For messages. */
  readonly name: string;
  /** Of the unfinished file, where there is one. */
  readonly path?: string;
  /** Whether bytes already written can be changed. */
  readonly seekable: boolean;
  /** Whether FFmpeg writes a file by itself. */
  readonly isFile: boolean;
  /** What went wrong in the place itself, which FFmpeg knows only as an error of writing. */
  readonly failure: unknown;
  /** Ends a wait for the place: what FFmpeg writes from here on fails. */
  interrupt(): void;
  /** Makes a muxer write here. */
  open(context: FormatContext): Promise<void>;
  /** Lets go of the muxer, and frees it. Call before what follows; more than once is harmless. */
  close(): Promise<void>;
  /** Gives what was written to be changed, once closed; not where nothing can be changed. */
  change?(use: (file: FileBytes) => Promise<void>): Promise<void>;
  /** Keeps what was written. */
  commit(mimeType: string): Promise<Pick<Written, "size" | "blob">>;
  /** Throws away what was written. */
  discard(): Promise<void>;
}

/** Opens the place to write to. @throws TatamiError `output-failed`, `invalid-option`. */
export async function createSink(
  nodeAv: NodeAv,
  output: MediaOutput | undefined,
  input: MediaInput | undefined,
): Promise<Sink> {
  if (output === undefined) return memorySink(nodeAv);
  if (typeof output === "string") return pathSink(nodeAv, output, input);
  if ("getWriter" in output) return streamSink(nodeAv, output);
  throw invalidOption("output", "a path or a stream of bytes in Node", output);
}

async function pathSink(nodeAv: NodeAv, path: string, input: MediaInput | undefined): Promise<Sink> {
  const file = await createPartialFile(path, input);
  let opened: FormatContext | undefined;
  let written = 0;
  return {
    name: JSON.stringify(path),
    seekable: file.seekable,
    isFile: file.seekable,
    ...(file.seekable && { path: file.path }),
    failure: undefined,
    interrupt: () => undefined,
    open: async (context) => {
      // `file:` keeps a path such as `a:b.mp4` from being taken for a protocol.
      context.url = `file:${file.path}`;
      opened = context;
      nodeAv.FFmpegError.throwIfError(await context.openOutput(), "Opening the output");
    },
    close: async () => {
      const context = opened;
      opened = undefined;
      if (context) written = Number(context.pbBytes);
      await context?.closeOutput();
      context?.freeContext();
    },
    ...(file.seekable ? { change: (use) => changeFile(file.path, use) } : {}),
    commit: async () => {
      const kept = await file.commit();
      // a device or a FIFO keeps nothing that could be counted afterwards
      return { size: file.seekable ? kept : written };
    },
    discard: () => file.discard(),
  };
}

async function changeFile(path: string, use: (file: FileBytes) => Promise<void>): Promise<void> {
  const file = await open(path, "r+");
  try {
    await use({
      size: (await file.stat()).size,
      read: async (start, end) => (await file.read(Buffer.alloc(end - start), 0, end - start, start)).buffer,
      write: async (bytes, at) => void (await file.write(bytes, 0, bytes.length, at)),
    });
  } finally {
    await file.close();
  }
}

/** Hands FFmpeg's bytes to a function; what that throws is kept as the sink's failure. */
function callbackSink(
  nodeAv: NodeAv,
  name: string,
  write: (bytes: Buffer) => Promise<void> | void,
  seek?: (offset: bigint, whence: number) => bigint,
): Pick<Sink, "name" | "seekable" | "isFile" | "failure" | "interrupt" | "open" | "close"> {
  let bytes: IOContext | undefined;
  let muxer: FormatContext | undefined;
  let failure: unknown;
  const stop = new AbortController();
  return {
    name,
    interrupt: () => stop.abort(),
    seekable: seek !== undefined,
    isFile: false,
    get failure() {
      return failure;
    },
    open: async (context) => {
      muxer = context;
      bytes = new nodeAv.IOContext();
      bytes.allocContextWithCallbacks(
        bufferSize,
        1,
        null,
        async (part) => {
          try {
            await abortable(Promise.resolve(write(part)), stop.signal);
            return part.length;
          } catch (error) {
            if (!stop.signal.aborted) failure ??= error;
            return nodeAv.AVERROR_EIO;
          }
        },
        seek ?? null,
      );
      context.pb = bytes;
    },
    close: async () => {
      const [context, io] = [muxer, bytes];
      muxer = undefined;
      bytes = undefined;
      await io?.flush();
      if (context) closeMuxer(context);
      io?.freeContext();
    },
  };
}

function memorySink(nodeAv: NodeAv): Sink {
  let data = new Uint8Array(bufferSize);
  let [position, length] = [0, 0];
  const write = (bytes: Buffer): void => {
    const end = position + bytes.length;
    if (end > data.length) {
      const larger = new Uint8Array(Math.max(end, 2 * data.length));
      larger.set(data.subarray(0, length));
      data = larger;
    }
    data.set(bytes, position);
    position = end;
    length = Math.max(length, end);
  };
  const seek = (offset: bigint, whence: number): bigint => {
    if (whence & nodeAv.AVSEEK_SIZE) return BigInt(length);
    const from = { [nodeAv.AVSEEK_CUR]: position, [nodeAv.AVSEEK_END]: length }[whence] ?? 0;
    position = from + Number(offset);
    return BigInt(position);
  };
  return Object.assign(callbackSink(nodeAv, "a Blob", write, seek), {
    change: async (use: (file: FileBytes) => Promise<void>) =>
      use({
        size: length,
        read: async (start, end) => Buffer.from(data.subarray(start, end)),
        write: async (bytes, at) => {
          position = at;
          write(bytes);
        },
      }),
    commit: async (type: string) => {
      const blob = new Blob([data.subarray(0, length)], { type });
      data = new Uint8Array();
      return { size: blob.size, blob };
    },
    discard: async () => void (data = new Uint8Array()),
  });
}

function streamSink(nodeAv: NodeAv, output: WritableStream<Uint8Array>): Sink {
  const writer = output.getWriter();
  let size = 0;
  const write = async (bytes: Buffer): Promise<void> => {
    await writer.ready;
    await writer.write(Uint8Array.from(bytes));
    size += bytes.length;
  };
  return Object.assign(callbackSink(nodeAv, "a stream", write), {
    commit: async () => {
      await writer.close();
      return { size };
    },
    discard: async () => {
      // not awaited: it waits for the bytes under way, which a place that is stuck never takes
      void writer.abort(new DOMException("The output was cancelled.", "AbortError")).catch(() => undefined);
    },
  });
}
