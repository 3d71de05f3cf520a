/** MP4s whose recording was cut off before the index was written: told, and read from the raw stream where that can be. */

import { TatamiError } from "@tatami/core";
import type { SourceBytes } from "../../../driver/find-cut.ts";
import type { Address } from "../address.ts";
import { openBytes, withBytes } from "../source-bytes.ts";

/** Bytes read at once. */
const blockSize = 2 ** 22;
/** Bytes of the media searched for parameter sets before they are taken for absent. */
const searched = 2 ** 24;
/** Boxes walked at most. */
const maxBoxes = 10_000;
/** Bytes of a unit at most: a key frame of the largest pictures. */
const longestUnit = 2 ** 24;

/** A raw stream found in an unfinished file. */
export interface RawStream {
  /** FFmpeg's name of its demuxer. */
  readonly demuxer: "h264" | "hevc";
  /** Where the media begin and end, in bytes. */
  readonly start: number;
  readonly end: number;
}

/** What an MP4 without an index holds; nothing for any other input. */
export async function findUnfinished(
  address: Address,
): Promise<{ readonly raw: RawStream | undefined } | undefined> {
  return withBytes(address, async (bytes) => {
    const media = await findMediaBox(bytes);
    if (!media) return undefined;
    for (const demuxer of ["h264", "hevc"] as const) {
      const raw = { ...media, demuxer };
      const until = Math.min(media.end, media.start + searched);
      const found = await units(bytes, { ...raw, end: until }).next();
      if (found.done !== true) return { raw };
    }
    return { raw: undefined };
  });
}

/** The media box of a file that has one and no index, neither whole nor in fragments. Source: ISO/IEC 14496-12, section 4.2. */
async function findMediaBox({ size, read }: SourceBytes): Promise<Omit<RawStream, "demuxer"> | undefined> {
  let found: Omit<RawStream, "demuxer"> | undefined;
  for (let [at, box] = [0, 0]; at + 8 <= size && box < maxBoxes; box++) {
    const head = Buffer.from(await read(at, Math.min(size, at + 16)));
    const type = head.toString("latin1", 4, 8);
    if (at === 0 && !["ftyp", "wide", "mdat", "free", "skip"].includes(type)) return undefined;
    if (type === "moov" || type === "moof") return undefined;
    const short = head.readUInt32BE(0);
    const isLong = short === 1 && head.length >= 16;
    const length = isLong ? Number(head.readBigUInt64BE(8)) : short;
    // a size that was never filled in reaches to the end of the file
    const end = length < 8 ? size : Math.min(size, at + length);
    if (type === "mdat") found = { start: at + (isLong ? 16 : 8), end };
    at = end;
  }
  return found;
}

/** The raw stream as decoders take it: start codes before its units, from the first parameter sets on. */
export async function* readRaw(address: Address, raw: RawStream): AsyncGenerator<Buffer, void, undefined> {
  const opened = await openBytes(address);
  if (!opened) return;
  await using bytes = opened;
  for await (const unit of units(bytes, raw)) yield Buffer.concat([startCode, unit]);
}

const startCode = Buffer.from([0, 0, 0, 1]);

/**
 * Units that stand behind their length, found among everything else (sound) by what their first bytes may be. Nothing
 * is given before parameter sets, without which no decoder begins. Source: ISO/IEC 14496-15, section 5.3.
 */
async function* units(bytes: SourceBytes, raw: RawStream): AsyncGenerator<Buffer, void, undefined> {
  const isUnit = raw.demuxer === "h264" ? isAvcUnit : isHevcUnit;
  const isParameters =
    raw.demuxer === "h264" ? (head: number) => (head & 31) === 7 : (head: number) => head >> 1 === 32;
  let block = Buffer.alloc(0);
  let [from, at, begun] = [raw.start, 0, false];
  const fill = async (needed: number): Promise<boolean> => {
    if (at + needed <= block.length) return true;
    const start = from + at;
    const end = Math.min(raw.end, start + Math.max(blockSize, needed));
    block = Buffer.from(await bytes.read(start, end));
    [from, at] = [start, 0];
    return needed <= block.length;
  };
  while (await fill(6)) {
    const length = block.readUInt32BE(at);
    const isPlausible =
      length >= 2 && length <= longestUnit && isUnit(block[at + 4] ?? 0, block[at + 5] ?? 0);
    if (!isPlausible || from + at + 4 + length > raw.end || !(await fill(4 + length))) {
      at++;
      continue;
    }
    const unit = block.subarray(at + 4, at + 4 + length);
    at += 4 + length;
    begun ||= isParameters(unit[0] ?? 0);
    if (begun) yield unit;
  }
}

/** Source: ITU-T H.264, sections 7.3.1 and 7.4.1: which units may be referred to, and which may not. */
function isAvcUnit(head: number, _next: number): boolean {
  if ((head & 0x80) !== 0) return false;
  const [type, isReference] = [head & 31, (head & 0x60) !== 0];
  if (type === 1) return true;
  return [5, 7, 8].includes(type) ? isReference : [6, 9, 12].includes(type) && !isReference;
}

/** Source: ITU-T H.265, sections 7.3.1.2 and 7.4.2.2: of layer 0, a time layer from 1, and a type that is in use. */
function isHevcUnit(head: number, next: number): boolean {
  const type = head >> 1;
  const isFirstLayer = (head & 0x81) === 0 && (next & 0xf8) === 0 && (next & 7) === 1;
  return isFirstLayer && (type <= 9 || (type >= 16 && type <= 21) || (type >= 32 && type <= 40));
}

/** The error for a recording that was not finished. */
export function notFinished(name: string, canRecover: boolean): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: `${name} has no index (moov): the recording was not finished, or is still being made.`,
    fix: canRecover
      ? "Wait until it is finished, or save its pictures, without sound and at even times, by recover (--recover)."
      : "Wait until it is finished, or have a repair program rebuild the index from a whole recording of the same camera: the parameters of the pictures are not in this file.",
    detail: { seconds: 0, framesRead: 0 },
  });
}
