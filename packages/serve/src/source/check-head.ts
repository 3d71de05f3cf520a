/**
 * What a file that comes from outside must begin with. FFmpeg tells playlists and lists of files by what they hold, whatever
 * they are called, and opens what they name: those of other users, for instance. So only containers that hold their own
 * pictures are taken.
 */

import { open } from "node:fs/promises";
import { Fault } from "../fault.ts";

/** Bytes that are looked at: what FFmpeg judges a file by, at most. */
const headBytes = 2 ** 20;

/** Bytes that have to stand at a place: text, or numbers in hexadecimal. */
type Mark = readonly [at: number, bytes: string];

const text = (at: number, letters: string): Mark => [at, Buffer.from(letters, "latin1").toString("hex")];

/** What containers begin with: all marks of one of these. */
const beginnings: readonly (readonly Mark[])[] = [
  // MP4, QuickTime, 3GP
  ...["ftyp", "moov", "mdat", "wide", "free", "skip", "pnot"].map((atom) => [text(4, atom)]),
  // Matroska, WebM
  [[0, "1a45dfa3"]],
  // AVI
  [text(0, "RIFF"), text(8, "AVI")],
  // WMV
  [[0, "3026b2758e66cf11"]],
  // FLV
  [[0, "464c5601"]],
  // MPEG transport streams, plain and with Blu-ray's times
  [0, 188, 376].map((at) => text(at, "G")),
  [4, 196, 388].map((at) => text(at, "G")),
  // MPEG program streams, bare MPEG, H.264 and HEVC
  [[0, "000001"]],
  [[0, "00000001"]],
  // Ogg
  [[0, "4f67675300"]],
  // MXF
  [[0, "060e2b34020501010d0102"]],
  [text(0, "YUV4MPEG2 ")],
  // RealMedia
  [[0, "2e524d4600"]],
  [text(0, "nut/multimedia container")],
  [text(0, "GIF87a")],
  [text(0, "GIF89a")],
  // DV
  [[0, "1f0700"]],
];

/** What FFmpeg takes for lists that name other files. */
const lists = /#EXTM3U|ffconcat|<MPD|<SmoothStreamingMedia|<CompositionPlaylist|<!DOCTYPE|<\?xml|^v=0\r?\n/i;

/** @throws Fault `unsupported-container` for what is no container of a video by its first bytes */
export async function checkHead(path: string): Promise<void> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
    const head = buffer.subarray(0, bytesRead);
    const isContainer = beginnings.some((marks) => marks.every((mark) => stands(head, mark)));
    // lists are texts, which end at the first zero
    const end = head.indexOf(0);
    if (isContainer && !lists.test(head.toString("latin1", 0, end < 0 ? head.length : end))) return;
  } finally {
    await file.close();
  }
  throw new Fault({
    code: "unsupported-container",
    message: "This is no file of video by its first bytes, or a list that names other files.",
    fix: "Send the video itself: MP4, MOV, Matroska, WebM, AVI, MPEG, or another container of pictures and sound.",
  });
}

function stands(head: Buffer, [at, bytes]: Mark): boolean {
  return head.subarray(at, at + bytes.length / 2).toString("hex") === bytes;
}
