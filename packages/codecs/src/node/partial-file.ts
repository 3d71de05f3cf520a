/** A file that has its name only once it is whole. */

import type { FileHandle } from "node:fs/promises";
import { access, constants, open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { MediaInput } from "@tatami/core";
import { invalidOption } from "@tatami/core";
import type { StreamTargetChunk } from "mediabunny";
import { StreamTarget } from "mediabunny";
import { outputFailed } from "../mediabunny/explain-error.ts";
import type { PathOutput } from "../mediabunny/platform.ts";

/**
 * Begins `path` as `path + ".partial"` beside it; an existing file stays as it is until the commit.
 *
 * @throws TatamiError `invalid-option` when it is the input, `output-failed` when it cannot be written.
 */
export async function createPartialFile(path: string, input: MediaInput | undefined): Promise<PathOutput> {
  if (input !== undefined && (await isSameFile(path, input))) {
    throw invalidOption("output", "another file than the input", path, "Give the output a name of its own.");
  }
  const where = JSON.stringify(path);
  const existing = await stat(path).catch(() => undefined);
  if (existing?.isDirectory()) throw outputFailed(where, "it is a folder", systemError("EISDIR"));
  const folder = dirname(resolve(path));
  await access(folder, constants.W_OK).catch((error: NodeJS.ErrnoException) => {
    throw outputFailed(where, `its folder cannot be written to (${error.code ?? error.message})`, error);
  });
  const partial = `${path}.partial`;
  return {
    target: new StreamTarget(fileStream(partial), { chunked: true }),
    partial,
    commit: async () => {
      const { size } = await stat(partial);
      await rename(partial, path);
      return size;
    },
    discard: () => rm(partial, { force: true }),
  };
}

/** Writes chunks where they belong. On a full disk a write may take only a part: the rest must fail aloud. */
function fileStream(path: string): WritableStream<StreamTargetChunk> {
  let file: FileHandle | undefined;
  const close = async (): Promise<void> => {
    await file?.close();
    file = undefined;
  };
  return new WritableStream({
    start: async () => {
      file = await open(path, "w");
    },
    write: async ({ data, position }) => {
      for (let done = 0; done < data.byteLength;) {
        const { bytesWritten = 0 } =
          (await file?.write(data, done, data.byteLength - done, position + done)) ?? {};
        if (bytesWritten === 0) throw systemError("ENOSPC");
        done += bytesWritten;
      }
    },
    close,
    abort: close,
  });
}

async function isSameFile(path: string, input: MediaInput): Promise<boolean> {
  const inputPath =
    typeof input === "string"
      ? input
      : input instanceof URL && input.protocol === "file:"
        ? fileURLToPath(input)
        : undefined;
  if (inputPath === undefined) return false;
  const real = (name: string): Promise<string> => realpath(name).catch(() => resolve(name));
  return (await real(path)) === (await real(inputPath));
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
