/** The date of recording in an MP4's own headers. FFmpeg leaves it out of them where tags are written in QuickTime's form. */

import type { FileBytes } from "./write-chapters.ts";
import { openMovie } from "./write-chapters.ts";

/** Seconds between the beginnings of 1904, from which MP4 counts, and of 1970. */
const since1904 = 2_082_844_800;

/** Boxes that hold the date, and those that hold such boxes. Source: ISO/IEC 14496-12, sections 8.2.2, 8.3.2 and 8.4.2. */
const dated = new Set(["mvhd", "tkhd", "mdhd"]);
const parents = new Set(["moov", "trak", "mdia"]);

/** Writes the date where the file has a place for it. */
export async function stateCreationTime(file: FileBytes, date: string): Promise<void> {
  // FFmpeg joins what several places say
  const seconds = Math.floor(Date.parse(date.split(";")[0] ?? "") / 1000) + since1904;
  const movie = await openMovie(file);
  if (!movie || !(seconds > 0)) return;
  const { bytes, at } = movie;
  visit(bytes, 0, bytes.length, seconds);
  await file.write(bytes, at);
}

function visit(bytes: Buffer, from: number, to: number, seconds: number): void {
  for (let at = from; at + 8 <= to; at += Math.max(8, bytes.readUInt32BE(at))) {
    const type = bytes.toString("latin1", at + 4, at + 8);
    if (parents.has(type)) visit(bytes, at + 8, at + bytes.readUInt32BE(at), seconds);
    if (!dated.has(type)) continue;
    // version 1 counts in eight bytes
    if (bytes[at + 8] === 1) bytes.writeBigUInt64BE(BigInt(seconds), at + 12);
    else if (seconds < 2 ** 32) bytes.writeUInt32BE(seconds, at + 12);
  }
}
