/** A file that has its name only once it is whole. */

import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { access, constants, open, rename, rm, stat, truncate } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { MediaInput } from "@tatami/core";
import { invalidOption, outputFailed, TatamiError } from "@tatami/core";
import type { OutputLock } from "./output-lock.ts";
import { besideOutput, lockOutput, realOutput } from "./output-lock.ts";

/** Where a writer writes. Commit it or discard it, after the writer has closed it. */
export interface PartialFile {
  /** What the writer opens by name: the unfinished file, or the device or FIFO itself. */
  readonly path: string;
  /** Whether a writer can go back in it. In a device or a FIFO it cannot: fragmented MP4, live Matroska. */
  readonly seekable: boolean;
  /**
   * Gives the finished file its name.
   *
   * @returns its bytes; of a device or a FIFO, which keep none, 0.
   * @throws TatamiError `output-failed`.
   */
  commit(): Promise<number>;
  /** Removes the unfinished file. Its space is free at once, even where somebody still has it open. */
  discard(): Promise<void>;
}

/**
 * Begins the output `path`. A file is written beside it under a name of its own and takes its place, and its mode, at the
 * commit; until then an existing file stays as it is. Of a link the file it leads to is replaced. Character devices and
 * FIFOs are written to directly.
 *
 * @throws TatamiError `invalid-option` when it is the input, `output-failed` when it cannot be written, and when another
 * run is writing it.
 */
export function createPartialFile(path: string, input: MediaInput | undefined): Promise<PartialFile> {
  return asOutputFailed(path, () => beginOutput(path, input));
}

async function beginOutput(path: string, input: MediaInput | undefined): Promise<PartialFile> {
  const existing = await statOrNone(path);
  if (existing && input !== undefined && (await isInput(existing, input))) {
    throw invalidOption("output", "another file than the input", path, "Give the output a name of its own.");
  }
  if (existing && !existing.isFile()) return openSpecial(path, existing);
  const real = await realOutput(path);
  // Replacing asks for no right to the file, only to its folder: a protected file would be lost.
  if (existing) await (await open(real, "r+")).close();
  const partial = besideOutput(real, `.${randomBytes(4).toString("hex")}.partial`);
  const lock = await lockOutput(real, partial);
  try {
    await createAs(partial, existing);
  } catch (error) {
    await lock.release();
    throw error;
  }
  return {
    path: partial,
    seekable: true,
    commit: () =>
      asOutputFailed(path, async () => {
        const { size } = await stat(partial);
        await rename(partial, real);
        await lock.release();
        return size;
      }),
    async discard() {
      await truncate(partial).catch(() => undefined);
      await rm(partial, { force: true });
      await lock.release();
    },
  };
}

/** An empty file that nobody else has, with the rights of the one it will replace. */
async function createAs(path: string, model: Stats | undefined): Promise<void> {
  const file = await open(path, "wx", model === undefined ? undefined : model.mode & 0o777);
  try {
    if (!model) return;
    // Where it belongs to somebody else only they and the superuser may keep it so.
    await file.chown(model.uid, model.gid).catch(() => undefined);
    await file.chmod(model.mode & 0o7777);
  } finally {
    await file.close();
  }
}

/** What is neither a file nor a folder. */
async function openSpecial(path: string, found: Stats): Promise<PartialFile> {
  if (found.isDirectory()) throw systemError("EISDIR");
  if (!found.isCharacterDevice() && !found.isFIFO()) {
    throw new TatamiError({
      code: "output-failed",
      message: `${JSON.stringify(path)} is a ${found.isSocket() ? "socket" : "disk"}, which is not written to.`,
      fix: "Give the path of a file, of a FIFO, or of a character device such as /dev/null.",
    });
  }
  await access(path, constants.W_OK);
  const lock = found.isFIFO() ? await lockWherePossible(await realOutput(path)) : undefined;
  return {
    path,
    seekable: false,
    async commit() {
      await lock?.release();
      return 0;
    },
    discard: async () => lock?.release(),
  };
}

/** A FIFO may lie in a folder where nothing can be made. */
async function lockWherePossible(path: string): Promise<OutputLock | undefined> {
  try {
    return await lockOutput(path, "");
  } catch (error) {
    if (/^(EACCES|EPERM|EROFS)$/.test(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

async function isInput(output: Stats, input: MediaInput): Promise<boolean> {
  const path = input instanceof URL && input.protocol === "file:" ? fileURLToPath(input) : input;
  if (typeof path !== "string") return false;
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && found.dev === output.dev && found.ino === output.ino;
}

function statOrNone(path: string): Promise<Stats | undefined> {
  return stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
    return undefined;
  });
}

async function asOutputFailed<T>(path: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw TatamiError.is(error) ? error : outputFailed(JSON.stringify(path), error);
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
