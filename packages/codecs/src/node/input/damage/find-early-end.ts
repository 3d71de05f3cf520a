/** Files that end before their own headers say they do: FFmpeg reads them to where they break off, without a word. */

import type { Cut, SourceBytes } from "../../../driver/find-cut.ts";
import { findCut } from "../../../driver/find-cut.ts";
import type { Address } from "../address.ts";
import { withBytes } from "../source-bytes.ts";

/** Where the file should have ended, if it says so and does not. */
export function findEarlyEnd(address: Address): Promise<Cut | undefined> {
  return withBytes(address, async (bytes) => (await findCut(bytes)) ?? findRiffCut(bytes));
}

/**
 * An AVI's outermost size. One of 0 was never filled in, as by a recorder that lost its power; an odd one is padded.
 * Source: Multimedia Programming Interface and Data Specifications 1.0, "Resource Interchange File Format".
 */
async function findRiffCut({ size, read }: SourceBytes): Promise<Cut | undefined> {
  const head = Buffer.from(await read(0, Math.min(12, size)));
  if (head.length < 12 || head.toString("latin1", 0, 4) !== "RIFF") return undefined;
  const declared = 8 + head.readUInt32LE(4);
  return head.readUInt32LE(4) !== 0 && declared > size ? { size, declared } : undefined;
}
