/** Where the bytes of an output go, and how they are kept or thrown away at the end. */

import type { MediaOutput, Written } from "@tatami/core";
import { invalidOption } from "@tatami/core";
import type { Target } from "mediabunny";
import { AppendOnlyStreamTarget, BufferTarget, StreamTarget } from "mediabunny";
import type { Patch } from "../../header/finish-header.ts";
import { applyPatches } from "../../header/finish-header.ts";

/** An opened place to write to. */
export interface Sink {
  readonly target: Target;
  /** Has patches written over what is there, or will be. */
  patch(patches: readonly Patch[]): void;
  /** Keeps what was written. Call after the output is finalised. */
  commit(mimeType: string): Promise<Pick<Written, "size" | "blob">>;
  /** Throws away what was written. */
  discard(): Promise<void>;
}

/** Opens the place to write to. */
export async function createSink(output: MediaOutput | undefined): Promise<Sink> {
  if (output === undefined) return bufferSink();
  if (typeof output !== "object") throw noPaths(output);
  if ("createWritable" in output) return handleSink(output);
  if ("getWriter" in output) return streamSink(output);
  throw noPaths(output);
}

function noPaths(output: unknown): ReturnType<typeof invalidOption> {
  return invalidOption(
    "output",
    "a file handle or a stream here, where there are no file paths",
    output,
    "Pass a FileSystemFileHandle, or leave output out to get a Blob.",
  );
}

/** Errors that places threw, to be told from those of what is written to them. */
const failures = new WeakSet<object>();

/** Whether an error comes from the place that was written to. */
export function isFailedPlace(error: unknown): boolean {
  return typeof error === "object" && error !== null && failures.has(error);
}

async function noted<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (typeof error === "object" && error !== null) failures.add(error);
    throw error;
  }
}

function bufferSink(): Sink {
  const target = new BufferTarget();
  const patches: Patch[] = [];
  return {
    target,
    patch: (more) => void patches.push(...more),
    commit: async (type) => {
      if (target.buffer) applyPatches(new Uint8Array(target.buffer), 0, patches);
      const blob = new Blob([target.buffer ?? new ArrayBuffer(0)], { type });
      return { size: blob.size, blob };
    },
    discard: async () => undefined,
  };
}

async function handleSink(handle: FileSystemFileHandle): Promise<Sink> {
  // The handle's file keeps its old content until the stream is closed: an abort leaves it as it was.
  const stream = await handle.createWritable();
  const writable = new WritableStream<{ type: "write"; data: Uint8Array<ArrayBuffer>; position: number }>({
    write: (chunk) => noted(stream.write(chunk)),
  });
  const patches: Patch[] = [];
  return {
    target: new StreamTarget(writable, { chunked: true }),
    patch: (more) => void patches.push(...more),
    commit: async () => {
      for (const { position, bytes } of patches)
        await noted(stream.write({ type: "write", position, data: bytes }));
      await noted(stream.close());
      return { size: (await handle.getFile()).size };
    },
    discard: () => stream.abort(),
  };
}

function streamSink(output: WritableStream<Uint8Array>): Sink {
  const writer = output.getWriter();
  let size = 0;
  const patches: Patch[] = [];
  const counted = new WritableStream<Uint8Array>({
    write: async (chunk) => {
      applyPatches(chunk, size, patches);
      await noted(writer.write(chunk));
      size += chunk.byteLength;
    },
  });
  return {
    target: new AppendOnlyStreamTarget(counted),
    // a header is told of before it is sent
    patch: (more) => void patches.push(...more),
    commit: async () => {
      await noted(writer.close());
      return { size };
    },
    discard: () => writer.abort(new DOMException("The output was cancelled.", "AbortError")),
  };
}
