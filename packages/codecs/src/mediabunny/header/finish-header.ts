/** What mediabunny's muxers have no word for, put in its place in the header they wrote: nothing changes its size. */

import type { ColorSpace, Container } from "@tatami/core";
import { colorNumber } from "../../driver/color-numbers.ts";
import type { Part } from "./boxes.ts";
import { findParts, readBox, readElement } from "./boxes.ts";

/** Bytes to be written over those that are there. */
export interface Patch {
  readonly position: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a header is to say. */
export interface HeaderFacts {
  readonly container: Container;
  readonly color: ColorSpace;
  /** Milliseconds since 1970, or nothing where the input does not say when it was made. */
  readonly createdAt: number | undefined;
  /** The same of every track, in the output's order. */
  readonly tracksCreatedAt: readonly (number | undefined)[];
}

/** Puts the facts into a header. @param position where it lies in the file. */
export function finishHeader(header: Uint8Array, position: number, facts: HeaderFacts): readonly Patch[] {
  const bytes = new Uint8Array(header);
  const view = new DataView(bytes.buffer);
  const isMatroska = facts.container === "mkv" || facts.container === "webm";
  if (isMatroska) finishSegment(view, facts);
  else finishMovie(view, facts);
  return changedRuns(header, bytes, position);
}

/** What differs, and nothing beside it: the muxer itself goes back to its header, to fill in what it knows by then. */
function changedRuns(before: Uint8Array, after: Uint8Array<ArrayBuffer>, position: number): readonly Patch[] {
  const patches: Patch[] = [];
  for (let from = 0; from < after.length; from++) {
    if (before[from] === after[from]) continue;
    let to = from + 1;
    while (to < after.length && before[to] !== after[to]) to++;
    patches.push({ position: position + from, bytes: after.slice(from, to) });
    from = to;
  }
  return patches;
}

/** Seconds from the beginning of 1904, MP4's, to that of 1970. */
const epoch1904 = 2_082_844_800;

function finishMovie(view: DataView, { color, createdAt, tracksCreatedAt }: HeaderFacts): void {
  const date = (milliseconds: number | undefined): number =>
    milliseconds === undefined ? 0 : Math.round(milliseconds / 1000) + epoch1904;
  // both times, of creation and of change, follow a version and flags; source: ISO/IEC 14496-12, section 8.2.2
  const setDates = ({ content }: Part, seconds: number): void => {
    if (view.getUint8(content) === 1) {
      view.setBigUint64(content + 4, BigInt(seconds));
      view.setBigUint64(content + 12, BigInt(seconds));
    } else {
      view.setUint32(content + 4, seconds);
      view.setUint32(content + 8, seconds);
    }
  };
  for (const part of findParts(view, readBox, "moov/mvhd")) setDates(part, date(createdAt));
  for (const [index, { content, end }] of findParts(view, readBox, "moov/trak").entries()) {
    const inside = [content, end] as const;
    for (const path of ["tkhd", "mdia/mdhd"])
      for (const part of findParts(view, readBox, path, inside)) setDates(part, date(tracksCreatedAt[index]));
  }
  for (const { content } of findParts(view, readBox, "moov/trak/mdia/minf/stbl/stsd/*/colr")) {
    // behind `nclx` or `nclc`; source: ISO/IEC 14496-12, section 12.1.5
    for (const [index, part] of (["primaries", "transfer", "matrix"] as const).entries())
      view.setUint16(content + 4 + 2 * index, colorNumber(part, color));
  }
}

const segment = "18538067";
const video = `${segment}/1654ae6b/ae/e0`;
const colour = { matrix: "55b1", transfer: "55ba", primaries: "55bb" } as const;

/** Source: RFC 9559, section 5. */
function finishSegment(view: DataView, { color, createdAt }: HeaderFacts): void {
  for (const [part, element] of Object.entries(colour) as readonly (readonly [keyof typeof colour, string])[])
    for (const { content } of findParts(view, readElement, `${video}/55b0/${element}`))
      view.setUint8(content, colorNumber(part, color));
  if (color.fullRange === null)
    for (const { content } of findParts(view, readElement, `${video}/55b0/55b9`)) view.setUint8(content, 0);
  // a level by name becomes part of every tag's name in some readers; its number stays
  for (const part of findParts(view, readElement, `${segment}/1254c367/7373/63c0/63ca`)) erase(view, part);
  if (createdAt === undefined) return;
  for (const part of findParts(view, readElement, `${segment}/1549a966/5741`)) setDate(view, part, createdAt);
}

/** Makes an element one that says nothing: Void. Source: RFC 8794, section 11.3.2. */
function erase(view: DataView, { at, end }: Part): void {
  view.setUint8(at, 0xec);
  view.setUint8(at + 1, 0x80 + (end - at - 2));
}

/** Who wrote it, in the room that is left beside a date. */
const writer = "Tatami";
/** Nanoseconds are counted from the beginning of 2001. */
const epoch2001 = Date.UTC(2001, 0);

/** Puts a date (DateUTC) where the name of the writing program is longer than it need be. */
function setDate(view: DataView, { at, end }: Part, milliseconds: number): void {
  const dateBytes = 11;
  const nameBytes = end - at - dateBytes;
  // an id of two bytes, a length of two, and the name
  if (nameBytes < 4 + writer.length) return;
  view.setUint16(at, 0x5741);
  view.setUint16(at + 2, 0x4000 + nameBytes - 4);
  for (let i = 0; i < nameBytes - 4; i++) view.setUint8(at + 4 + i, writer.charCodeAt(i) || 0);
  view.setUint16(at + nameBytes, 0x4461);
  view.setUint8(at + nameBytes + 2, 0x88);
  view.setBigInt64(at + nameBytes + 3, BigInt(Math.round(milliseconds - epoch2001)) * 1_000_000n);
}

/** Writes what patches say into a piece of a file. @param position where the piece lies. */
export function applyPatches(piece: Uint8Array, position: number, patches: readonly Patch[]): void {
  for (const patch of patches) {
    const from = Math.max(position, patch.position);
    const to = Math.min(position + piece.length, patch.position + patch.bytes.length);
    if (from < to)
      piece.set(patch.bytes.subarray(from - patch.position, to - patch.position), from - position);
  }
}
