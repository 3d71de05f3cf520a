/**
 * Chapters put into a finished file. FFmpeg's muxers write them, but node-av has no way to hand them over; what they would
 * have written is added at the end of the file, where nothing else has to move.
 */

import type { Container } from "@tatami/core";
import type { Chapter } from "../../input/chapters.ts";
import { isMatroska } from "../containers.ts";

/** A file that can be read and changed anywhere. */
export interface FileBytes {
  readonly size: number;
  read(start: number, end: number): Promise<Buffer>;
  write(bytes: Buffer, at: number): Promise<void>;
}

/** Chapters that a list of MP4's holds at most, and bytes of a title: each is counted in one byte. */
const mostChapters = 255;

/** Whether a container has a place for so many chapters. */
export function holdsChapters(container: Container, count: number): boolean {
  return isMatroska(container) || count <= mostChapters;
}

/** @returns whether there was room for them. */
export function writeChapters(
  file: FileBytes,
  container: Container,
  chapters: readonly Chapter[],
): Promise<boolean> {
  return isMatroska(container) ? addToMatroska(file, chapters) : addToMovie(file, chapters);
}

/** The index (`moov`) of a finished MP4 or MOV, which is its last box and so can grow. */
export async function openMovie(
  file: FileBytes,
): Promise<{ readonly bytes: Buffer; readonly at: number } | undefined> {
  let at = 0;
  for (let next = 0; next + 8 <= file.size; next = at + (await boxSize(file, at))) {
    at = next;
    if ((await boxType(file, at)) === "moov") break;
  }
  if ((await boxType(file, at)) !== "moov" || at + (await boxSize(file, at)) !== file.size) return undefined;
  return { bytes: await file.read(at, file.size), at };
}

/** A Nero list (`chpl`) in the movie's user data. */
async function addToMovie(file: FileBytes, chapters: readonly Chapter[]): Promise<boolean> {
  const opened = await openMovie(file);
  if (!opened) return false;
  const { bytes: movie, at } = opened;
  const list = box("chpl", nameList(chapters));
  const user = findBox(movie, 8, "udta");
  const grown =
    user === undefined
      ? Buffer.concat([movie, box("udta", list)])
      : Buffer.concat([
          movie.subarray(0, user + movie.readUInt32BE(user)),
          list,
          movie.subarray(user + movie.readUInt32BE(user)),
        ]);
  if (user !== undefined) grown.writeUInt32BE(movie.readUInt32BE(user) + list.length, user);
  grown.writeUInt32BE(grown.length, 0);
  await file.write(grown, at);
  return true;
}

/** Version 1: times in units of 100 ns, titles in UTF-8 behind their length. Source: FFmpeg 8's mov.c, `mov_read_chpl`. */
function nameList(chapters: readonly Chapter[]): Buffer {
  const entries = chapters.map(({ start, title }) => {
    const name = Buffer.from(title).subarray(0, 255);
    const head = Buffer.alloc(9);
    head.writeBigUInt64BE(BigInt(Math.round(Math.max(0, start) * 1e7)));
    head[8] = name.length;
    return Buffer.concat([head, name]);
  });
  return Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0, chapters.length]), ...entries]);
}

async function boxSize(file: FileBytes, at: number): Promise<number> {
  const head = await file.read(at, Math.min(file.size, at + 16));
  const short = head.readUInt32BE(0);
  return short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? file.size - at : short;
}

async function boxType(file: FileBytes, at: number): Promise<string> {
  return (await file.read(at + 4, Math.min(file.size, at + 8))).toString("latin1");
}

function findBox(parent: Buffer, from: number, type: string): number | undefined {
  for (let at = from; at + 8 <= parent.length; at += Math.max(8, parent.readUInt32BE(at)))
    if (parent.toString("latin1", at + 4, at + 8) === type) return at;
  return undefined;
}

function box(type: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length);
  head.write(type, 4, "latin1");
  return Buffer.concat([head, content]);
}

/** Matroska's element numbers. Source: RFC 9559, section 5.1. */
const ids = {
  segment: 0x18538067,
  seekHead: 0x114d9b74,
  seek: 0x4dbb,
  seekId: 0x53ab,
  seekPosition: 0x53ac,
  void: 0xec,
  chapters: 0x1043a770,
  edition: 0x45b9,
  atom: 0xb6,
  uid: 0x73c4,
  start: 0x91,
  end: 0x92,
  display: 0x80,
  text: 0x85,
  language: 0x437c,
} as const;

/**
 * A Chapters element behind all others, told of in the list at the front, which has empty room behind it; the segment's
 * size grows by it. Source: RFC 8794, section 4; RFC 9559, sections 5.1.1 and 5.1.7.
 */
async function addToMatroska(file: FileBytes, chapters: readonly Chapter[]): Promise<boolean> {
  const head = await file.read(0, Math.min(file.size, 4096));
  const header = sizeAt(head, 4);
  const segment = header.next + header.value;
  if (head.readUInt32BE(segment) !== ids.segment) return false;
  const content = sizeAt(head, segment + 4);
  const list = content.next;
  if (content.width !== 8 || content.next + content.value !== file.size) return false;
  if (head.readUInt32BE(list) !== ids.seekHead) return false;
  const listed = sizeAt(head, list + 4);
  const room = listed.next + listed.value;
  if (head[room] !== ids.void) return false;
  const empty = sizeAt(head, room + 1);
  const position = Buffer.alloc(8);
  position.writeBigUInt64BE(BigInt(file.size - content.next));
  const entry = element(
    ids.seek,
    element(ids.seekId, idBytes(ids.chapters)),
    element(ids.seekPosition, position),
  );
  const left = empty.next + empty.value - room - entry.length;
  if (left < 2 || left > 127 + 2) return false;
  const added = chapterElement(chapters);
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(BigInt(content.value + added.length) | (1n << 56n));
  // a filler of just what is left, its size in one byte
  const filler = Buffer.concat([Buffer.from([ids.void, 0x80 | (left - 2)]), Buffer.alloc(left - 2)]);
  await file.write(added, file.size);
  await file.write(Buffer.concat([entry, filler]), room);
  await file.write(sizeBytes(listed.value + entry.length, listed.width), list + 4);
  await file.write(size, segment + 4);
  return true;
}

function chapterElement(chapters: readonly Chapter[]): Buffer {
  const atoms = chapters.map(({ start, end, title }, index) =>
    element(
      ids.atom,
      element(ids.uid, whole(BigInt(index + 1))),
      element(ids.start, whole(nanoseconds(start))),
      element(ids.end, whole(nanoseconds(end))),
      element(ids.display, element(ids.text, Buffer.from(title)), element(ids.language, Buffer.from("und"))),
    ),
  );
  return element(ids.chapters, element(ids.edition, ...atoms));
}

function nanoseconds(seconds: number): bigint {
  return BigInt(Math.round(Math.max(0, seconds) * 1e6)) * 1000n;
}

function element(id: number, ...content: readonly Buffer[]): Buffer {
  const data = Buffer.concat(content);
  return Buffer.concat([idBytes(id), sizeBytes(data.length, 8), data]);
}

function idBytes(id: number): Buffer {
  const hex = id.toString(16);
  return Buffer.from(hex.length % 2 === 1 ? `0${hex}` : hex, "hex");
}

function whole(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return bytes;
}

/** A size in just so many bytes. */
function sizeBytes(value: number, width: number): Buffer {
  const bytes = whole(BigInt(value) | (1n << BigInt(7 * width)));
  return bytes.subarray(8 - width);
}

function sizeAt(
  data: Buffer,
  at: number,
): { readonly value: number; readonly width: number; readonly next: number } {
  const first = data[at] ?? 0;
  const width = Math.clz32(first) - 23;
  let value = first & (0xff >> width);
  for (let index = 1; index < width; index++) value = value * 256 + (data[at + index] ?? 0);
  return { value, width, next: at + width };
}
