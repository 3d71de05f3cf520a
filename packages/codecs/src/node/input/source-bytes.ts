/** The bytes of an input beside FFmpeg's reading, for the few things that FFmpeg does not tell. */

import { open } from "node:fs/promises";
import type { SourceBytes } from "../../driver/find-cut.ts";
import type { Address } from "./address.ts";

/** Bytes at the start of a file among which its headers are. */
const headBytes = 2 ** 16;

/** The start of an input, or nothing where it can be read once only. */
export async function readHead(address: Address): Promise<Buffer | undefined> {
  return withBytes(address, async ({ size, read }) => Buffer.from(await read(0, Math.min(size, headBytes))));
}

/** Random access to an input, to be closed. */
export interface OpenBytes extends SourceBytes, AsyncDisposable {}

/** Opens an input for random access; nothing where it can be read once only, or is more than one file. */
export async function openBytes({ bytes, url }: Address): Promise<OpenBytes | undefined> {
  if (bytes instanceof Blob) {
    return {
      size: bytes.size,
      read: async (start, end) => new Uint8Array(await bytes.slice(start, end).arrayBuffer()),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }
  if (bytes || !url.startsWith("file:")) return undefined;
  const file = await open(url.slice("file:".length));
  return {
    size: (await file.stat()).size,
    read: async (start, end) => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    },
    [Symbol.asyncDispose]: () => file.close(),
  };
}

/** Runs `use` with random access to an input; nothing where there is none. */
export async function withBytes<T>(
  address: Address,
  use: (bytes: SourceBytes) => Promise<T>,
): Promise<T | undefined> {
  const opened = await openBytes(address);
  if (!opened) return undefined;
  await using bytes = opened;
  return await use(bytes);
}
