/** The bytes of an input beside FFmpeg's reading, for the few things that FFmpeg does not tell. */

import { open } from "node:fs/promises";
import type { SourceBytes } from "../../mediabunny/find-cut.ts";
import type { Address } from "./address.ts";

/** Bytes at the start of a file among which its headers are. */
const headBytes = 2 ** 16;

/** The start of an input, or nothing where it can be read once only. */
export async function readHead(address: Address): Promise<Buffer | undefined> {
  return withBytes(address, async ({ size, read }) => Buffer.from(await read(0, Math.min(size, headBytes))));
}

/** Runs `use` with random access to an input; nothing where it can be read once only, or is more than one file. */
export async function withBytes<T>(
  { bytes, url }: Address,
  use: (bytes: SourceBytes) => Promise<T>,
): Promise<T | undefined> {
  if (bytes instanceof Blob) {
    const read = async (start: number, end: number): Promise<Uint8Array> =>
      new Uint8Array(await bytes.slice(start, end).arrayBuffer());
    return use({ size: bytes.size, read });
  }
  if (bytes || !url.startsWith("file:")) return undefined;
  const file = await open(url.slice("file:".length));
  try {
    const { size } = await file.stat();
    const read = async (start: number, end: number): Promise<Uint8Array> => {
      const { buffer, bytesRead } = await file.read(new Uint8Array(end - start), 0, end - start, start);
      return buffer.subarray(0, bytesRead);
    };
    return await use({ size, read });
  } finally {
    await file.close();
  }
}
