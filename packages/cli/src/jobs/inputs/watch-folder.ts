/** A folder that recordings are written to, and each of them once it is finished. */

import { realpath, stat } from "node:fs/promises";
import { dirname, join, relative, sep } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { kindOfFile } from "@tatami/codecs/node";
import { watch } from "chokidar";
import type { FoundFile } from "./walk-folder.ts";
import { isPassedOver } from "./walk-folder.ts";

/** How a folder is watched. */
export interface WatchOptions {
  /** Seconds for which a file's size and time of change stay as they are before it counts as finished. */
  readonly settle: number;
  /** Links followed: the folder of the results, in which nothing is an input. */
  readonly leaveOut: string;
  /** Told of what cannot be watched; watching goes on. */
  readonly onError: (error: Error) => void;
  /** Ends it. */
  readonly signal: AbortSignal;
}

/** A watched folder. */
export interface WatchedFolder {
  /** Files as they are finished, those that are there at the beginning among them; ends with the signal. */
  files(): AsyncGenerator<FoundFile, void, undefined>;
  /** Says that a file could not be used: it is given again when it has changed. */
  giveAgain(path: string): void;
}

/**
 * Watches a folder with its subfolders; links to folders are not followed. A file is given once, and no more when it changes
 * later.
 *
 * @param name as it was typed
 * @param path absolute
 */
export function watchFolder(name: string, path: string, options: WatchOptions): WatchedFolder {
  const { settle, signal } = options;
  const ready: string[] = [];
  const given = new Set<string>();
  const failed = new Set<string>();
  /** Those that changed after they were given. */
  const changed = new Set<string>();
  let wake: () => void = () => {};
  signal.addEventListener("abort", () => wake(), { once: true });

  const take = async (at: string): Promise<void> => {
    if (kindOfFile(at) === undefined) return;
    if (given.has(at) && !failed.delete(at)) return void changed.add(at);
    given.add(at);
    // by whatever links it came here
    if (isIn(options.leaveOut, await realpath(at).catch(() => at))) return;
    if (!(await isFinished(at, 1000 * settle, signal))) return void given.delete(at);
    give(at);
  };
  const begin = async (): Promise<{ readonly root: string; close(): Promise<void> }> => {
    const root = await realpath(path);
    const isLeftOut = (at: string): boolean => {
      const below = relative(root, at);
      return isIn(options.leaveOut, at) || below.split(sep).some((part) => part !== "" && isPassedOver(part));
    };
    const watcher = watch(root, {
      ignored: isLeftOut,
      // or links in a circle would be gone round as often as the system lets them
      followSymlinks: false,
      awaitWriteFinish: {
        stabilityThreshold: 1000 * settle,
        pollInterval: Math.min(1000, Math.max(50, 200 * settle)),
      },
    });
    const onFile = (at: string): void => void take(at).catch(onError);
    const onError = (error: unknown): void => {
      if (!signal.aborted) options.onError(error as Error);
    };
    watcher.on("add", onFile).on("change", onFile).on("error", onError);
    return { root, close: () => watcher.close() };
  };
  const give = (at: string): void => {
    ready.push(at);
    wake();
  };
  return {
    giveAgain: (at) => {
      if (changed.has(at)) give(at);
      else failed.add(at);
    },
    async *files() {
      const watching = await begin();
      try {
        while (!signal.aborted) {
          const at = ready.shift();
          if (at === undefined) {
            await new Promise<void>((resolve) => (wake = resolve));
            continue;
          }
          changed.delete(at);
          const below = relative(watching.root, at);
          const folder = dirname(below);
          yield { name: join(name, below), path: at, below: folder === "." ? "" : folder };
        }
      } finally {
        await watching.close();
      }
    },
  };
}

function isIn(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder + sep);
}

/**
 * Whether a file whose size has settled is finished: recorders write into room that they took beforehand, and then only
 * the time of change tells. Waits until it stays. @returns false for what is gone, or is no file.
 */
async function isFinished(path: string, settle: number, signal: AbortSignal): Promise<boolean> {
  try {
    let before = await stat(path);
    if (!before.isFile()) return false;
    while (Date.now() - before.mtimeMs < settle) {
      await wait(settle, undefined, { signal });
      const now = await stat(path);
      if (now.mtimeMs === before.mtimeMs && now.size === before.size) break;
      before = now;
    }
    return true;
  } catch (error) {
    if (signal.aborted || (error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}
