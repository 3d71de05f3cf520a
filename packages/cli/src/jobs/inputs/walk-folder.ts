/** A folder with its subfolders: what in it can be worked on, and what is left as it is. */

import { readdir, realpath, stat } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError } from "@tatami/core";

/** A file that was found, or a place that could not be looked into. */
export interface FoundFile {
  /** The folder's name as it was given, and the path below it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  /** The subfolder it lies in, from the folder that was named; "" for that folder itself. */
  readonly below: string;
  readonly failure?: TatamiError;
}

/** What a folder holds. */
export interface WalkedFolder {
  /** In the order of their names, numbers by their value. */
  readonly files: readonly FoundFile[];
  /** Names of what is neither a video nor a picture by its name. */
  readonly others: readonly string[];
}

const byName = new Intl.Collator("en", { numeric: true });

/**
 * Walks a folder. Links are followed, each folder once, so links in a circle end; names that begin with a dot are passed over,
 * since systems keep their own notes there, and so are folders of kept segments (`*.tatami`).
 *
 * @param name as it was typed
 * @param path absolute
 * @param leaveOut links followed: a folder that is not looked into, that of the results
 */
export async function walkFolder(name: string, path: string, leaveOut?: string): Promise<WalkedFolder> {
  const files: FoundFile[] = [];
  const others: string[] = [];
  const seen = new Set<string>();
  const { kindOfFile } = await import("@tatami/codecs/node");

  const walk = async (below: string): Promise<void> => {
    const names = await listOnce(join(path, below), seen, leaveOut);
    for (const each of names) {
      const at = join(path, below, each);
      const found = { name: join(name, below, each), path: at, below };
      const fail = (error: Error): unknown =>
        files.push({ ...found, failure: unreadable(found.name, error) });
      const stats = await stat(at).catch((error: Error) => error);
      if (!(stats instanceof Error) && stats.isDirectory()) await walk(join(below, each)).catch(fail);
      else if (kindOfFile(each) === undefined) others.push(found.name);
      else if (stats instanceof Error) fail(stats);
      else if (stats.isFile()) files.push(found);
      else others.push(found.name);
    }
  };
  await walk("");
  return { files, others };
}

/** The names in a folder, in order; none where it was listed before, or is left out. */
async function listOnce(
  path: string,
  seen: Set<string>,
  leaveOut: string | undefined,
): Promise<readonly string[]> {
  const real = await realpath(path);
  if (seen.has(real) || real === leaveOut) return [];
  seen.add(real);
  const names = await readdir(path);
  return names.filter((each) => !isPassedOver(each)).sort(byName.compare);
}

/** Whether what has this name is no input, nor what lies in it: systems' own notes, and kept segments. */
export function isPassedOver(name: string): boolean {
  return name.startsWith(".") || name.endsWith(".tatami");
}

function unreadable(name: string, cause: Error): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `${name} cannot be read: ${cause.message}.`,
    fix: "Check that it is there and that you may read it, or move it out of the folder.",
    detail: { name },
    cause,
  });
}
