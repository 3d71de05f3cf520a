/**
 * Parts whose packets are in the file that is being joined already. So that the disk does not hold everything twice, such a
 * part is replaced by a note of where its bytes lie in that file; what interrupts the join gets the part back from there.
 */

import { open, readdir, readFile, rename, rm, stat, truncate } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzip, gzip } from "node:zlib";
import { findPieces, openPlace } from "./find-pieces.ts";
import type { Piece } from "./find-pieces.ts";
import { readIndex, syncFolder, unfinishedName } from "./part-file.ts";
import type { Part } from "./part-file.ts";

/** What stands in a part's place. */
interface Note {
  /** The unfinished file of the join, and its number in the file system: it keeps that when it gets its name. */
  readonly file: string;
  readonly inode: string;
  readonly pieces: readonly Piece[];
}

/** Ending of notes' names. */
const moved = ".moved";

/** Of all parts' bytes, those that may wait to be found in the joined file. */
const waitingShare = 1 / 20;

/** Whether a join was interrupted there. */
export async function hasMoved(folder: string): Promise<boolean> {
  return (await readdir(folder).catch(() => [])).some((name) => name.endsWith(moved));
}

/** Frees parts while they are joined. */
export interface PartsMover {
  /** A part's packets were handed to the muxer. It goes once all of them are found in the file. */
  passed(part: Part): Promise<void>;
  /** Ends the looking. */
  close(): Promise<void>;
}

/** @param file what is being written; @param codec of the pictures. Nothing else may touch `folder` meanwhile. */
export async function createPartsMover(
  folder: string,
  file: string,
  parts: readonly Part[],
  codec: string,
): Promise<PartsMover> {
  const sizes = new Map(
    await Promise.all(parts.map(async (part) => [part, (await stat(part.path)).size] as const)),
  );
  const most = waitingShare * [...sizes.values()].reduce((sum, size) => sum + size, 0);
  const place = await openPlace(file);
  const inode = String((await place.file.stat({ bigint: true })).ino);
  const waiting: Part[] = [];
  let [bytes, next] = [0, most];

  const look = async (): Promise<void> => {
    const found: (readonly [Part, Note])[] = [];
    for (const part of waiting) {
      const { packets } = await readIndex(part.path);
      const pieces = await findPieces(part.path, packets, place, codec);
      if (!pieces) break;
      found.push([part, { file, inode, pieces }]);
    }
    if (found.length > 0) await place.file.sync();
    for (const [part, note] of found) await writeNote(notePath(part.path), note);
    if (found.length > 0) await syncFolder(folder);
    for (const [part] of found) {
      await rm(part.path);
      bytes -= sizes.get(part)!;
    }
    waiting.splice(0, found.length);
    // muxers hold packets back: what was not found is looked for when as much again has come
    next = bytes + most;
  };
  return {
    passed: async (part) => {
      waiting.push(part);
      bytes += sizes.get(part)!;
      if (bytes > next) await look();
    },
    close: () => place.file.close(),
  };
}

/**
 * Makes the parts again that notes of `folder` stand for, from the file that was being joined, which gets shorter meanwhile, or
 * from `output` where that is the file: then it got its name. Whether each is what it was is for who reads it to check.
 */
export async function restoreParts(folder: string, output: string): Promise<void> {
  const notes = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(moved));
  // the last first: what lies behind it is no longer needed
  for (const name of notes.toSorted().toReversed()) {
    const path = join(folder, name);
    const part = `${path.slice(0, -moved.length)}.part`;
    const isThere = await stat(part).then(
      () => true,
      () => false,
    );
    if (!isThere) await restore(await readNote(path), part, path, output);
    await rm(path, { force: true });
  }
}

async function restore(note: Note | undefined, part: string, path: string, output: string): Promise<void> {
  if (!note) return;
  const from = await openNoted(note, output);
  if (!from) return;
  const partial = unfinishedName(path);
  const file = await open(partial, "wx");
  try {
    for (const piece of note.pieces)
      await file.writeFile(
        typeof piece === "string" ? Buffer.from(piece, "base64") : await read(from.file, piece),
      );
    await file.sync();
  } finally {
    await file.close();
    await from.file.close();
  }
  await rename(partial, part);
  await syncFolder(join(part, ".."));
  const first = note.pieces.find((piece) => typeof piece !== "string");
  if (from.isUnfinished && first) await truncate(note.file, first[0]).catch(() => undefined);
}

async function openNoted(
  { file: path, inode }: Note,
  output: string,
): Promise<{ readonly file: FileHandle; readonly isUnfinished: boolean } | undefined> {
  for (const [name, isUnfinished] of [
    [path, true],
    [output, false],
  ] as const) {
    const file = await open(name).catch(() => undefined);
    if (file && String((await file.stat({ bigint: true })).ino) === inode) return { file, isUnfinished };
    await file?.close();
  }
  return undefined;
}

async function read(file: FileHandle, [at, length]: readonly [number, number]): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  const { bytesRead } = await file.read(bytes, 0, length, at);
  return bytes.subarray(0, bytesRead);
}

/** Where the note of a part lies. */
function notePath(part: string): string {
  return `${part.slice(0, -".part".length)}${moved}`;
}

async function writeNote(path: string, note: Note): Promise<void> {
  const partial = unfinishedName(path);
  const file = await open(partial, "wx");
  try {
    await file.writeFile(await promisify(gzip)(JSON.stringify(note)));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(partial, path);
}

async function readNote(path: string): Promise<Note | undefined> {
  try {
    return JSON.parse((await promisify(gunzip)(await readFile(path))).toString()) as Note;
  } catch {
    return undefined;
  }
}
