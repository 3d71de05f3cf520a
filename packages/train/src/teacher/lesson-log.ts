/** What a teacher has made so far, in a file, so that a lesson that was interrupted goes on. */

import type { FileHandle } from "node:fs/promises";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { asOutputFailed } from "../run/write-whole.ts";

/** Enlargements by the number of their picture. Dispose of it. */
export interface LessonLog extends AsyncDisposable {
  /** Numbers of the pictures that were there when it was opened. */
  readonly kept: ReadonlySet<number>;
  append(picture: number, samples: Uint8Array): Promise<void>;
}

/**
 * Opens it, and gives what is there, if it is of this key, to `restore`. A picture whose writing was cut off is not there.
 *
 * @param sizeOf samples of a picture's enlargement
 * @throws TatamiError `output-failed`.
 */
export async function openLessonLog(
  path: string,
  key: string,
  sizeOf: (picture: number) => number | undefined,
  restore: (picture: number, samples: Uint8Array) => void,
): Promise<LessonLog> {
  await asOutputFailed(path, () => mkdir(dirname(path), { recursive: true }));
  const file = await asOutputFailed(path, () => open(path, "a+"));
  const header = new TextEncoder().encode(`${key}\n`);
  const kept = new Set<number>();
  let end = header.length;
  if (Buffer.from(header).equals(await read(file, 0, header.length))) {
    for (;;) {
      const head = await read(file, end, 4);
      const picture = head.length === 4 ? head.readUInt32LE() : -1;
      const size = sizeOf(picture);
      const samples = size === undefined ? Buffer.alloc(0) : await read(file, end + 4, size);
      if (samples.length !== size) break;
      restore(picture, samples);
      kept.add(picture);
      end += 4 + size;
    }
    await asOutputFailed(path, () => file.truncate(end));
  } else {
    await asOutputFailed(path, () => file.truncate(0));
    await asOutputFailed(path, () => file.appendFile(header));
  }
  let writing: Promise<void> = Promise.resolve();
  return {
    kept,
    append(picture, samples) {
      const head = Buffer.alloc(4);
      head.writeUInt32LE(picture);
      writing = writing.then(() =>
        asOutputFailed(path, () => file.appendFile(Buffer.concat([head, samples]))),
      );
      // told where it is awaited
      writing.catch(() => undefined);
      return writing;
    },
    async [Symbol.asyncDispose]() {
      await writing.catch(() => undefined);
      await file.close();
    },
  };
}

/** Fewer bytes where the file ends before. */
async function read(file: FileHandle, start: number, count: number): Promise<Buffer> {
  const bytes = Buffer.alloc(count);
  let at = 0;
  while (at < count) {
    const { bytesRead } = await file.read(bytes, at, count - at, start + at);
    if (bytesRead === 0) break;
    at += bytesRead;
  }
  return bytes.subarray(0, at);
}
