/** Colour signalling by number and by word. Source: ITU-T H.273, tables 2 to 4. */

import type { ColorSpace } from "@tatami/core";

/** The parts of a colour space that have numbers. */
export type ColorPart = "primaries" | "transfer" | "matrix";

/** WebCodecs' words where it has one, FFmpeg's where not. */
const words: Readonly<Record<ColorPart, Readonly<Record<number, string>>>> = {
  primaries: {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
  },
  transfer: {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "pq",
    17: "smpte428",
    18: "hlg",
  },
  matrix: {
    0: "rgb",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020-ncl",
    10: "bt2020-cl",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
  },
};

/** H.273's number for what is not specified. */
const unspecified = 2;

/** The word for a number, or `null` for one that states nothing. */
export function colorWord(part: ColorPart, number: number | undefined): string | null {
  return number === undefined ? null : (words[part][number] ?? null);
}

/** The number for a word; that of "unspecified" for what is not stated. */
export function colorNumber(part: ColorPart, color: ColorSpace): number {
  const found = Object.entries(words[part]).find(([, word]) => word === color[part]);
  return found ? Number(found[0]) : unspecified;
}

/** FFmpeg's own words for what WebCodecs has others. */
const renamed: Readonly<Record<ColorPart, Readonly<Record<string, string>>>> = {
  primaries: {},
  transfer: { smpte2084: "pq", "arib-std-b67": "hlg", log: "log100", log_sqrt: "log316" },
  matrix: { gbr: "rgb", bt2020nc: "bt2020-ncl", bt2020c: "bt2020-cl" },
};

/** The word for what ffprobe prints, or `null` for what states nothing. */
export function colorWordOf(part: ColorPart, printed: string | undefined): string | null {
  const word = renamed[part][printed ?? ""] ?? printed;
  return Object.values(words[part]).find((known) => known === word) ?? null;
}
