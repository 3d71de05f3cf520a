/** Files that are either whole or not there, whenever the process is killed. */

import { open, rename } from "node:fs/promises";
import { dirname } from "node:path";

/** Writes beside the path, forces the bytes to disk and renames over what was there. */
export async function writeWhole(path: string, parts: readonly Uint8Array[]): Promise<void> {
  const temporary = `${path}.part`;
  const file = await open(temporary, "w");
  try {
    for (const part of parts) await file.writeFile(part);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
