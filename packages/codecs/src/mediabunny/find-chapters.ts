/** Whether a file has chapters: mediabunny passes them over without a word. */

import type { SourceBytes } from "./find-cut.ts";

/** Elements or boxes walked at most on one level. */
const maxSteps = 100_000;

/** Bytes of an index read at most; a longer one is not searched. */
const maxIndex = 64 * 1024 * 1024;

const segmentId = 0x18538067;
const chaptersId = 0x1043a770;

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

/** Whether an MP4 or MOV has its index. */
export async function hasMovieIndex(bytes: SourceBytes): Promise<boolean> {
  return (await findMovieIndex(bytes)) !== undefined;
}

async function findInMovie(bytes: SourceBytes): Promise<boolean> {
  const box = await findMovieIndex(bytes);
  return (
    box !== undefined && box.length <= maxIndex && holdsChapters(await readView(bytes, box.at, box.length))
  );
}

async function findMovieIndex(
  bytes: SourceBytes,
): Promise<{ readonly at: number; readonly length: number } | undefined> {
  for (let at = 0, step = 0; at + 8 <= bytes.size && step < maxSteps; step += 1) {
    const view = await readView(bytes, at, 16);
    const box = readBox(view, 0, view.byteLength);
    if (!box) return undefined;
    if (box.type === "moov") return { at, length: box.length };
    at += box.length;
  }
  return undefined;
}

function holdsChapters(moov: DataView): boolean {
  const paths = ["moov/udta/chpl", "moov/trak/tref/chap"];
  const search = (start: number, end: number, parent: string): boolean => {
    for (let at = start; at + 8 <= end;) {
      const box = readBox(moov, at, end);
      if (!box) return false;
      const path = parent === "" ? box.type : `${parent}/${box.type}`;
      if (paths.includes(path)) return true;
      const inside = paths.some((wanted) => wanted.startsWith(`${path}/`));
      if (inside && search(at + box.header, Math.min(at + box.length, end), path)) return true;
      at += box.length;
    }
    return false;
  };
  return search(0, moov.byteLength, "");
}

function readBox(
  view: DataView,
  at: number,
  end: number,
): { readonly type: string; readonly header: number; readonly length: number } | undefined {
  if (at + 8 > end) return undefined;
  const short = view.getUint32(at);
  const type = String.fromCharCode(...[4, 5, 6, 7].map((offset) => view.getUint8(at + offset)));
  const long = short === 1 && at + 16 <= end;
  const length = long ? Number(view.getBigUint64(at + 8)) : short;
  return length < 8 ? undefined : { type, header: long ? 16 : 8, length };
}

async function findInMatroska(bytes: SourceBytes): Promise<boolean> {
  for (let at = 0, step = 0; at < bytes.size && step < maxSteps; step += 1) {
    const element = readElement(await readView(bytes, at, 12));
    if (!element) return false;
    if (element.id === chaptersId) return true;
    // The segment is stepped into, everything else over; what does not say its length ends the search.
    if (element.id !== segmentId && element.length === undefined) return false;
    at += element.header + (element.id === segmentId ? 0 : (element.length ?? 0));
  }
  return false;
}

function readElement(
  view: DataView,
): { readonly id: number; readonly header: number; readonly length: number | undefined } | undefined {
  const widthAt = (at: number): number => (at < view.byteLength ? Math.clz32(view.getUint8(at)) - 23 : 9);
  const idWidth = widthAt(0);
  const lengthWidth = idWidth > 4 ? 9 : widthAt(idWidth);
  const header = idWidth + lengthWidth;
  if (lengthWidth > 8 || header > view.byteLength) return undefined;
  let id = 0;
  for (let i = 0; i < idWidth; i += 1) id = id * 256 + view.getUint8(i);
  const mask = 0xff >> lengthWidth;
  let length = view.getUint8(idWidth) & mask;
  let unknown = length === mask;
  for (let i = idWidth + 1; i < header; i += 1) {
    unknown &&= view.getUint8(i) === 0xff;
    length = length * 256 + view.getUint8(i);
  }
  return { id, header, length: unknown ? undefined : length };
}

async function readView(bytes: SourceBytes, start: number, length: number): Promise<DataView> {
  const data = await bytes.read(start, Math.min(start + length, bytes.size));
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}
