/** Tells Windows Media files under copy protection, which FFmpeg takes for damaged ones. */

import { open } from "node:fs/promises";
import { encryptedInput } from "../../mediabunny/explain-error.ts";
import type { Address } from "./address.ts";

/** Bytes at the start of a file among which its header objects are. */
const headerBytes = 2 ** 16;

/**
 * The identifiers of the Content Encryption and the Extended Content Encryption object.
 * Source: Advanced Systems Format Specification, revision 01.20.05, section 10.2.
 */
const encryptionObjects = ["fbb31122 23bdd211 b4b700a0 c955fc6e", "14e68a29 2226174c b935dae0 7ee9289c"].map(
  (hex) => Buffer.from(hex.replaceAll(" ", ""), "hex"),
);

/** @throws TatamiError `encrypted-input` when the file's header has an encryption object. */
export async function refuseLocked(address: Address): Promise<void> {
  const head = await readHead(address);
  if (head && encryptionObjects.some((object) => head.includes(object))) throw encryptedInput();
}

async function readHead({ bytes, url }: Address): Promise<Buffer | undefined> {
  if (bytes instanceof Blob) return Buffer.from(await bytes.slice(0, headerBytes).arrayBuffer());
  if (bytes || !url.startsWith("file:")) return undefined;
  const file = await open(url.slice("file:".length));
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
