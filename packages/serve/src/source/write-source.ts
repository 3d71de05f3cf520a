/** Bytes that come in, onto the disk: never more than allowed, never in memory. */

import { createWriteStream } from "node:fs";
import { Transform } from "node:stream";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Fault } from "../fault.ts";

/**
 * Writes a stream to a new file.
 *
 * @returns bytes written
 * @throws Fault `upload-too-large` after the first byte too many; the stream's own error where it ends early
 */
export async function writeSource(
  from: Readable,
  path: string,
  { maxBytes, signal }: { readonly maxBytes: number; readonly signal?: AbortSignal },
): Promise<number> {
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(maxBytes));
      else done(null, chunk);
    },
  });
  await pipeline(from, count, createWriteStream(path, { flags: "wx" }), { ...(signal && { signal }) });
  return bytes;
}

/** The error of a file that is larger than allowed. */
export function tooLarge(maxBytes: number): Fault {
  return new Fault({
    code: "upload-too-large",
    message: `The file is larger than the ${maxBytes} bytes that are allowed.`,
    fix: "Send a smaller one, or have the operator allow more (tatami serve --max-upload).",
  });
}
