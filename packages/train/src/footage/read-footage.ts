/** Footage as files on disk. */

import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { nodeDriver } from "@tatami/codecs/node";
import { TatamiError } from "@tatami/core";
import type { Footage } from "./read-videos.ts";
import { readVideos } from "./read-videos.ts";

/**
 * Short runs of frames, evenly spread over a video file or over all files of a folder.
 *
 * @param count candidates over all files
 * @throws TatamiError `input-not-found` when there is no file that can be read.
 */
export async function readFootage(path: string, count: number, signal?: AbortSignal): Promise<Footage> {
  const files = await listFiles(path);
  const videos = files.map((file) => ({ name: basename(file), media: file }));
  return readVideos([nodeDriver()], videos, count, signal ? { signal } : {});
}

async function listFiles(path: string): Promise<readonly string[]> {
  const found = await stat(path).catch((error: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `${path} cannot be read.`,
      fix: "Name a video file, or a folder of them.",
      detail: { path },
      cause: error,
    });
  });
  if (!found.isDirectory()) return [path];
  const entries = await readdir(path, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(path, entry.name))
    .sort();
}
