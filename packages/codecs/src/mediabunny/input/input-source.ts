/** From whatever the caller has to a source mediabunny can read at random. */

import { emptyInput } from "../../driver/explain-error.ts";
import type { MediaInput } from "@tatami/core";
import { invalidOption, TatamiError } from "@tatami/core";
import type { Source } from "mediabunny";
import { BlobSource, BufferSource, UrlSource } from "mediabunny";
import type { SourceBytes } from "../../driver/find-cut.ts";

/** An input that can be read. */
export interface OpenSource {
  readonly source: Source;
  /** The bytes themselves; absent where reading them means fetching. */
  readonly bytes?: SourceBytes;
}

/**
 * Opens a media input. A stream is read to its end first: containers may keep their index there.
 *
 * @throws TatamiError `invalid-option` for a path where there are none, `input-not-found`,
 * `unsupported-container` for an empty input.
 */
export async function openSource(input: MediaInput, signal?: AbortSignal): Promise<OpenSource> {
  if (typeof input === "string") return noPaths(input);
  if (input instanceof URL) {
    if (input.protocol === "file:") return noPaths(input);
    if (!fetched.test(input.protocol)) throw notFetched(input);
    return openUrl(input, signal);
  }
  if (input instanceof ReadableStream) {
    const blob = await new Response(
      input.pipeThrough(new TransformStream(), signal ? { signal } : {}),
    ).blob();
    return fromBlob(blob);
  }
  if (input instanceof Blob) return fromBlob(input);
  if (input instanceof ArrayBuffer || ArrayBuffer.isView(input)) {
    if (input.byteLength === 0) throw emptyInput();
    return fromBytes(input);
  }
  throw invalidOption(
    "input",
    "a path, a URL, a Blob, bytes or a stream of bytes",
    input,
    "Pass a Blob, for instance a File the user picked.",
  );
}

/** What `fetch` knows. */
const fetched = /^(https?|blob|data):$/;

function notFetched({ protocol }: URL): TatamiError<"unsupported-container"> {
  return new TatamiError({
    code: "unsupported-container",
    message: `An address that begins with ${protocol} cannot be fetched.`,
    fix: "Let FFmpeg open it, in Node: nodeDriver() of @tatami/codecs/node, or the tatami command.",
    detail: { protocol },
  });
}

function noPaths(path: string | URL): never {
  throw invalidOption(
    "input",
    "a Blob, a URL, bytes or a stream here, where there are no file paths",
    path,
    "Pass a Blob or File, or use nodeDriver() from @tatami/codecs/node.",
  );
}

function fromBlob(blob: Blob): OpenSource {
  if (blob.size === 0) throw emptyInput("name" in blob ? String(blob.name) : undefined);
  const read = async (start: number, end: number): Promise<Uint8Array> =>
    new Uint8Array(await blob.slice(start, end).arrayBuffer());
  return { source: new BlobSource(blob), bytes: { size: blob.size, read } };
}

function fromBytes(input: ArrayBuffer | Uint8Array): OpenSource {
  const bytes = input instanceof ArrayBuffer ? new Uint8Array(input) : input;
  const read = async (start: number, end: number): Promise<Uint8Array> => bytes.subarray(start, end);
  return { source: new BufferSource(input), bytes: { size: bytes.length, read } };
}

async function openUrl(url: URL, signal: AbortSignal | undefined): Promise<OpenSource> {
  const failed = (what: string, cause?: unknown): TatamiError<"input-not-found"> =>
    new TatamiError({
      code: "input-not-found",
      message: `${url.href} could not be fetched: ${what}.`,
      fix: "Check the address, and that its server allows this page to read it (CORS).",
      detail: { url: url.href },
      cause,
    });
  let response: Response;
  try {
    response = await fetch(url, { headers: { Range: "bytes=0-0" }, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    throw failed(error instanceof Error ? error.message : String(error), error);
  }
  await response.body?.cancel();
  if (!response.ok && response.status !== 416)
    throw failed(`the server answered ${response.status} ${response.statusText}`);
  // Two attempts more and then an error: a server that has gone is a failure, not a wait without end.
  const source = new UrlSource(url, { getRetryDelay: (attempts) => (attempts < 2 ? 0.5 : null) });
  return { source };
}
