/** The recordings of a folder, and what becomes of each. */

import { stat } from "node:fs/promises";
import { extname, join, relative } from "node:path";
import { TatamiError } from "@tatami/core";
import { glob } from "tinyglobby";

/** One file to upscale. */
export interface Recording {
  /** Its place in the folder, with forward slashes: what it is called in the state. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** Absolute. */
  readonly output: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly changed: number;
}

const endings = ["mp4", "m4v", "mov", "mkv", "webm", "ts", "mts", "m2ts", "avi"];
/** Endings of what can be written; the others become MP4. */
const writable = new Set([".mp4", ".mov", ".mkv", ".webm"]);

/**
 * Finds every recording, in folders within too, by name. What lies in the output folder is no recording.
 *
 * @throws TatamiError `input-not-found` for a folder that is not there, or that holds none.
 */
export const findRecordings = async (from: string, to: string): Promise<readonly Recording[]> => {
  const isFolder = await stat(from).then(
    (found) => found.isDirectory(),
    () => false,
  );
  if (!isFolder) throw notFound(`There is no folder ${from}.`);
  const inside = relative(from, to).replaceAll("\\", "/");
  const names = await glob(`**/*.{${endings.join(",")}}`, {
    cwd: from,
    caseSensitiveMatch: false,
    ignore: inside === "" || inside.startsWith("..") ? [] : [`${inside}/**`],
  });
  if (names.length === 0) throw notFound(`There is no recording in ${from}.`);
  return Promise.all(
    names.toSorted().map(async (name): Promise<Recording> => {
      const path = join(from, name);
      const { size, mtimeMs } = await stat(path);
      return { name, path, output: join(to, outputName(name)), size, changed: mtimeMs };
    }),
  );
};

/** "gate/7.mp4" stays; "gate/7.ts" becomes "gate/7.ts.mp4", so that it can be told from "gate/7.mp4". */
const outputName = (name: string): string =>
  writable.has(extname(name).toLowerCase()) ? name : `${name}.mp4`;

const notFound = (message: string): TatamiError<"input-not-found"> =>
  new TatamiError({
    code: "input-not-found",
    message,
    fix: `Name a folder with recordings in it (${endings.join(", ")}).`,
  });
