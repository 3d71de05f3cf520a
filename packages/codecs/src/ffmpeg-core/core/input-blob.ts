/** From whatever the caller has to a Blob, which FFmpeg's core reads in place. */

import type { MediaInput } from "@tatami/core";
import { invalidOption, TatamiError } from "@tatami/core";
import type { SourceBytes } from "../../driver/find-cut.ts";
import { emptyInput } from "../../driver/explain-error.ts";

/**
 * The input as a Blob. What an address gives is fetched whole, since the core reads at random and without waiting;
 * a browser keeps large Blobs on disk.
 *
 * @throws TatamiError `invalid-option` for a path, `input-not-found`, `unsupported-container` for an empty input.
 */
export async function toBlob(input: MediaInput, signal: AbortSignal | undefined): Promise<Blob> {
  const blob = await readInput(input, signal);
  if (blob.size === 0) throw emptyInput("name" in blob ? String(blob.name) : undefined);
  return blob;
}

/** A Blob's bytes, read at random. */
export function bytesOf(blob: Blob): SourceBytes {
  const read = async (start: number, end: number): Promise<Uint8Array> =>
    new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return { size: blob.size, read };
}

async function readInput(input: MediaInput, signal: AbortSignal | undefined): Promise<Blob> {
  if (input instanceof Blob) return input;
  if (input instanceof URL && input.protocol !== "file:") return fetchBlob(input, signal);
  if (input instanceof ReadableStream)
    return new Response(input.pipeThrough(new TransformStream(), signal ? { signal } : {})).blob();
  if (input instanceof ArrayBuffer) return new Blob([input]);
  if (input instanceof Uint8Array) return new Blob([new Uint8Array(input)]);
  throw invalidOption(
    "input",
    "a Blob, a URL, bytes or a stream here, where there are no file paths",
    input,
    "Pass a Blob, for instance a File the user picked.",
  );
}

async function fetchBlob(url: URL, signal: AbortSignal | undefined): Promise<Blob> {
  try {
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`);
    return await response.blob();
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw new TatamiError({
      code: "input-not-found",
      message: `${url.href} could not be fetched: ${error instanceof Error ? error.message : String(error)}.`,
      fix: "Check the address, and that its server allows this page to read it (CORS).",
      detail: { url: url.href },
      cause: error,
    });
  }
}
