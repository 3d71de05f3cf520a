/** Where the bytes of an output go, and how they are kept or thrown away at the end. */

import type { MediaInput, MediaOutput, Written } from "@tatami/core";
import { invalidOption } from "@tatami/core";
import type { Target } from "mediabunny";
import { AppendOnlyStreamTarget, BufferTarget, StreamTarget } from "mediabunny";
import type { Platform } from "./platform.ts";

/** An opened place to write to. */
export interface Sink {
  readonly target: Target;
  /** Path being written, where there is one. */
  readonly partial: string | undefined;
  /** Keeps what was written. Call after the output is finalised. */
  commit(mimeType: string): Promise<Pick<Written, "size" | "blob">>;
  /** Throws away what was written. */
  discard(): Promise<void>;
}

/** Opens the place to write to. */
export async function createSink(
  output: MediaOutput | undefined,
  input: MediaInput | undefined,
  platform: Platform,
): Promise<Sink> {
  if (output === undefined) return bufferSink();
  if (typeof output === "string") return pathSink(output, input, platform);
  if ("createWritable" in output) return handleSink(output);
  if ("getWriter" in output) return streamSink(output);
  throw invalidOption("output", "a path, a file handle or a stream of bytes", output);
}

function bufferSink(): Sink {
  const target = new BufferTarget();
  return {
    target,
    partial: undefined,
    commit: async (type) => {
      const blob = new Blob([target.buffer ?? new ArrayBuffer(0)], { type });
      return { size: blob.size, blob };
    },
    discard: async () => undefined,
  };
}

async function pathSink(path: string, input: MediaInput | undefined, platform: Platform): Promise<Sink> {
  if (!platform.createPath) {
    throw invalidOption(
      "output",
      "a file handle or a stream here, where there are no file paths",
      path,
      "Pass a FileSystemFileHandle, or leave output out to get a Blob.",
    );
  }
  const file = await platform.createPath(path, input);
  return {
    target: file.target,
    partial: file.partial,
    commit: async () => ({ size: await file.commit() }),
    discard: () => file.discard(),
  };
}

async function handleSink(handle: FileSystemFileHandle): Promise<Sink> {
  // The handle's file keeps its old content until the stream is closed: an abort leaves it as it was.
  const stream = await handle.createWritable();
  const writable = new WritableStream<{ type: "write"; data: Uint8Array<ArrayBuffer>; position: number }>({
    write: (chunk) => stream.write(chunk),
  });
  return {
    target: new StreamTarget(writable, { chunked: true }),
    partial: undefined,
    commit: async () => {
      await stream.close();
      return { size: (await handle.getFile()).size };
    },
    discard: () => stream.abort(),
  };
}

function streamSink(output: WritableStream<Uint8Array>): Sink {
  const writer = output.getWriter();
  let size = 0;
  const counted = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      await writer.write(chunk);
      size += chunk.byteLength;
    },
  });
  return {
    target: new AppendOnlyStreamTarget(counted),
    partial: undefined,
    commit: async () => {
      await writer.close();
      return { size };
    },
    discard: () => writer.abort(new DOMException("The output was cancelled.", "AbortError")),
  };
}
