/** Files that are either whole or not there, whenever the process is killed. */

import { access, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { outputFailed } from "@tatami/core";

/** Bytes one after the other; a part may be written over as soon as the next one is asked for. */
export type WholeParts = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

/**
 * Writes beside the path, forces the bytes to disk and renames over what was there.
 *
 * @throws TatamiError `output-failed`.
 */
export async function writeWhole(path: string, parts: WholeParts): Promise<void> {
  await asOutputFailed(path, () => replace(path, parts));
}

/** What the system says of a place that is written to, as the one error. @throws TatamiError `output-failed`. */
export async function asOutputFailed<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw outputFailed(JSON.stringify(path), error);
  }
}

/** Whether something lies there. */
export function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

async function replace(path: string, parts: WholeParts): Promise<void> {
  const temporary = `${path}.part`;
  const file = await open(temporary, "w");
  try {
    try {
      for await (const part of parts) await file.writeFile(part);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    // a full disk has need of the space
    await rm(temporary, { force: true });
    throw error;
  }
  const folder = await open(dirname(path), "r");
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
