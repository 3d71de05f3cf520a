/** Tracks that mediabunny passes over without listing them: they are found in the container's own list. */

import type { TrackKind } from "@tatami/core";
import type { InputFormat } from "mediabunny";
import { IsobmffInputFormat, MatroskaInputFormat, MpegTsInputFormat } from "mediabunny";
import type { Part } from "./boxes.ts";
import { findParts, readBox, readElement } from "./boxes.ts";
import { readMovieIndex } from "./find-chapters.ts";
import type { SourceBytes } from "../../driver/find-cut.ts";
import type { ListedTrack } from "./listed-track.ts";
import { readProgramMap } from "./program-map.ts";

/** Bytes at the beginning of a Matroska file in which its tracks are looked for. */
const headBytes = 2 ** 20;

/** Lists all tracks, in their order; nothing where the container's list is not looked into. */
export async function listAllTracks(
  format: InputFormat,
  bytes: SourceBytes | undefined,
): Promise<readonly ListedTrack[] | undefined> {
  if (!bytes) return undefined;
  if (format instanceof IsobmffInputFormat) {
    const moov = await readMovieIndex(bytes);
    return moov && readTraks(moov);
  }
  if (format instanceof MpegTsInputFormat) return readProgramMap(bytes);
  if (!(format instanceof MatroskaInputFormat)) return undefined;
  const head = await bytes.read(0, Math.min(headBytes, bytes.size));
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const entries = findParts(view, readElement, "18538067/1654ae6b/ae");
  return entries.length === 0 ? undefined : entries.map((entry) => readEntry(view, entry));
}

/** What MP4's and MOV's handlers are. Source: ISO/IEC 14496-12, section 8.4.3; QuickTime File Format, "Handler" */
const handlers: Readonly<Record<string, TrackKind>> = {
  vide: "video",
  auxv: "video",
  pict: "video",
  soun: "audio",
  sbtl: "subtitle",
  subt: "subtitle",
  text: "subtitle",
  clcp: "subtitle",
};

/** FFmpeg's names for sample entries of texts. */
const textCodecs: Readonly<Record<string, string>> = {
  tx3g: "mov_text",
  text: "mov_text",
  wvtt: "webvtt",
  stpp: "ttml",
  c608: "eia_608",
};

function readTraks(moov: DataView): readonly ListedTrack[] {
  const chapters = findParts(moov, readBox, "moov/trak/tref/chap").map(({ content }) =>
    moov.getUint32(content),
  );
  return findParts(moov, readBox, "moov/trak").map((trak) => {
    const track = readTrak(moov, trak);
    return track.id !== undefined && chapters.includes(track.id) ? { ...track, kind: "chapters" } : track;
  });
}

function readTrak(view: DataView, { content, end }: Part): ListedTrack {
  const inside = [content, end] as const;
  const [header] = findParts(view, readBox, "tkhd", inside);
  const [handler] = findParts(view, readBox, "mdia/hdlr", inside);
  const [media] = findParts(view, readBox, "mdia/mdhd", inside);
  const [entry] = findParts(view, readBox, "mdia/minf/stbl/stsd/*", inside);
  const isLong = header !== undefined && view.getUint8(header.content) === 1;
  const packed = media && view.getUint16(media.content + (view.getUint8(media.content) === 1 ? 32 : 20));
  const code = entry?.name ?? null;
  return {
    id: header && view.getUint32(header.content + (isLong ? 20 : 12)),
    kind: handlers[handler ? textAt(view, handler.content + 8, 4) : ""] ?? "data",
    codec: code === null ? null : (textCodecs[code] ?? code),
    language: packed === undefined ? null : unpackLanguage(packed),
    isEncrypted: code !== null && /^(enc[vats]|drm[is])$/.test(code),
    ...readColourBox(view, inside),
    ...readAspectBox(view, inside),
  };
}

/** Source: ISO/IEC 14496-12, section 12.1.5. */
function readColourBox(view: DataView, inside: readonly [number, number]): Pick<ListedTrack, "color"> {
  const found = findParts(view, readBox, "mdia/minf/stbl/stsd/*/colr", inside);
  const box = found.find(({ content }) => /^ncl[xc]$/.test(textAt(view, content, 4)));
  if (!box) return {};
  const [primaries, transfer, matrix] = [4, 6, 8].map((offset) => view.getUint16(box.content + offset));
  const isNclx = textAt(view, box.content, 4) === "nclx" && box.end >= box.content + 11;
  const fullRange = isNclx ? view.getUint8(box.content + 10) >= 0x80 : undefined;
  return { color: { primaries, transfer, matrix, fullRange } };
}

/** Three letters of five bits each. Source: ISO/IEC 14496-12, section 8.4.2. */
function unpackLanguage(packed: number): string | null {
  const letters = [10, 5, 0].map((shift) => String.fromCharCode(((packed >> shift) & 31) + 0x60)).join("");
  return /^[a-z]{3}$/.test(letters) && letters !== "und" ? letters : null;
}

/** What Matroska's tracks are. Source: RFC 9559, section 5.1.4.1.3. */
const types: Readonly<Record<number, TrackKind>> = { 1: "video", 2: "audio", 17: "subtitle", 18: "subtitle" };

/** FFmpeg's names for Matroska's codecs of texts. Source: RFC 9559's registry of codec mappings. */
const subtitleCodecs: Readonly<Record<string, string>> = {
  "S_TEXT/UTF8": "subrip",
  "S_TEXT/ASS": "ass",
  "S_TEXT/SSA": "ass",
  S_ASS: "ass",
  S_SSA: "ass",
  "S_TEXT/WEBVTT": "webvtt",
  S_VOBSUB: "dvd_subtitle",
  "S_HDMV/PGS": "hdmv_pgs_subtitle",
  S_DVBSUB: "dvb_subtitle",
};

/** Source: ISO/IEC 14496-12, section 12.1.4. */
function readAspectBox(
  view: DataView,
  inside: readonly [number, number],
): Pick<ListedTrack, "pixelAspectRatio"> {
  const [box] = findParts(view, readBox, "mdia/minf/stbl/stsd/*/pasp", inside);
  if (!box || box.end < box.content + 8) return {};
  const [numerator, denominator] = [view.getUint32(box.content), view.getUint32(box.content + 4)];
  return numerator > 0 && denominator > 0 ? { pixelAspectRatio: { numerator, denominator } } : {};
}

/** Source: RFC 9559, section 5.1.4.1.28.20. */
const ranges: Readonly<Record<number, boolean>> = { 1: false, 2: true };

function readEntry(view: DataView, { content, end }: Part): ListedTrack {
  const find = (path: string): Part | undefined => findParts(view, readElement, path, [content, end])[0];
  const number = (path: string): number | undefined => {
    const part = find(path);
    if (!part) return undefined;
    let value = 0;
    for (let at = part.content; at < part.end; at++) value = value * 256 + view.getUint8(at);
    return value;
  };
  const text = (path: string): string | null => {
    const part = find(path);
    return part ? textAt(view, part.content, part.end - part.content) : null;
  };
  const codec = text("86");
  const language = text("22b59c");
  return {
    id: number("d7"),
    kind: types[number("83") ?? 0] ?? "data",
    codec: codec === null ? null : (subtitleCodecs[codec] ?? codec),
    language: language !== null && /^[a-z]{3}$/.test(language) && language !== "und" ? language : null,
    // an encoding of type 1 is encryption, of type 0 compression; source: RFC 9559, section 5.1.4.1.31
    isEncrypted: number("6d80/6240/5033") === 1,
    // whole milliseconds, as its times are
    delay: Math.round((number("56aa") ?? 0) / 1e6) / 1000,
    color: {
      matrix: number("e0/55b0/55b1"),
      transfer: number("e0/55b0/55ba"),
      primaries: number("e0/55b0/55bb"),
      fullRange: ranges[number("e0/55b0/55b9") ?? 0],
    },
  };
}

function textAt(view: DataView, at: number, length: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, length);
  return new TextDecoder("latin1").decode(bytes).replace(/\0+$/, "");
}
