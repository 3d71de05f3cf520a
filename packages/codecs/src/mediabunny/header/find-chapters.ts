/** Whether a file has chapters: mediabunny passes them over without a word. */

import { findParts, readBox, readElement } from "./boxes.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";

/** Elements or boxes walked at most on one level. */
const maxSteps = 100_000;

/** Bytes of an index read at most; a longer one is not searched. */
const maxIndex = 64 * 1024 * 1024;

/** Matroska's elements. */
const [segment, chapters] = ["18538067", "1043a770"];

/**
 * Finds Nero chapters (`chpl`) and QuickTime chapter tracks (`tref`/`chap`) in MP4 and MOV, and
 * Matroska's Chapters element.
 * Source: QuickTime File Format, "Chapter Lists"; RFC 9559, section 5.1.7.
 */
export async function hasChapters(bytes: SourceBytes): Promise<boolean> {
  const head = await readView(bytes, 0, 12);
  if (head.byteLength < 12) return false;
  return head.getUint32(0) === 0x1a45dfa3 ? findInMatroska(bytes) : findInMovie(bytes);
}

/** The index of an MP4 or MOV (its moov box); nothing where there is none, or an absurdly long one. */
export async function readMovieIndex(bytes: SourceBytes): Promise<DataView | undefined> {
  for (let at = 0, step = 0; at + 8 <= bytes.size && step < maxSteps; step++) {
    const box = readBox(await readView(bytes, at, 16), 0);
    if (!box) return undefined;
    if (box.name === "moov") return box.end <= maxIndex ? readView(bytes, at, box.end) : undefined;
    at += box.end;
  }
  return undefined;
}

async function findInMovie(bytes: SourceBytes): Promise<boolean> {
  const moov = await readMovieIndex(bytes);
  if (!moov) return false;
  return ["moov/udta/chpl", "moov/trak/tref/chap"].some((path) => findParts(moov, readBox, path).length > 0);
}

async function findInMatroska(bytes: SourceBytes): Promise<boolean> {
  for (let at = 0, step = 0; at < bytes.size && step < maxSteps; step++) {
    const element = readElement(await readView(bytes, at, 12), 0);
    if (!element) return false;
    if (element.name === chapters) return true;
    // The segment is stepped into, everything else over; what does not say its length ends the search.
    if (element.name !== segment && element.end === Infinity) return false;
    at += element.name === segment ? element.content : element.end;
  }
  return false;
}

async function readView(bytes: SourceBytes, start: number, length: number): Promise<DataView> {
  const data = await bytes.read(start, Math.min(start + length, bytes.size));
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
