/** Writes into a PNG file what it shows: chunks of EXIF and XMP, as `tatami restore` writes them. */

import type { InventedNote } from "@tatami/core";

/** Signature and header of a file: what comes before any other chunk. */
const headBytes = 8 + 25;
/** Tags of EXIF's first directory, in the order that it has to have. */
const [imageDescription, softwareTag] = [0x010e, 0x0131];

/** The same picture with the note: an `eXIf` and an `iTXt` chunk (PNG, third edition, 11.3). @param png a whole file */
export function markPng(png: Uint8Array, note: InventedNote): Uint8Array {
  const parts = [
    png.subarray(0, headBytes),
    chunk("eXIf", exifOf(note)),
    chunk("iTXt", xmpOf(note)),
    png.subarray(headBytes),
  ];
  return join(parts);
}

/** A TIFF directory of two texts, big-endian. */
function exifOf({ description, software }: InventedNote): Uint8Array {
  const texts = [
    [imageDescription, description],
    [softwareTag, software],
  ] as const;
  const bytes = texts.map(([tag, text]) => [tag, new TextEncoder().encode(`${text}\0`)] as const);
  const end = 8 + 2 + 12 * bytes.length + 4;
  const head = new DataView(new ArrayBuffer(end));
  // "MM", 42, the directory's place, its entries
  head.setUint32(0, 0x4d4d002a);
  head.setUint32(4, 8);
  head.setUint16(8, bytes.length);
  let at = end;
  for (const [index, [tag, text]] of bytes.entries()) {
    const entry = 10 + 12 * index;
    head.setUint16(entry, tag);
    // ASCII; texts of more than four bytes lie behind the directory
    head.setUint16(entry + 2, 2);
    head.setUint32(entry + 4, text.length);
    head.setUint32(entry + 8, at);
    at += text.length;
  }
  return join([new Uint8Array(head.buffer), ...bytes.map(([, text]) => text)]);
}

/** Keyword, not compressed, no language, no translated keyword, the packet in UTF-8. */
function xmpOf({ xmp }: InventedNote): Uint8Array {
  return new TextEncoder().encode(`XML:com.adobe.xmp\0\0\0\0\0${xmp}`);
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = join([new TextEncoder().encode(type), data]);
  const [length, check] = [new DataView(new ArrayBuffer(4)), new DataView(new ArrayBuffer(4))];
  length.setUint32(0, data.length);
  check.setUint32(0, crc(body));
  return join([new Uint8Array(length.buffer), body, new Uint8Array(check.buffer)]);
}

/** PNG's check (ISO 3309): the reflected polynomial 0xedb88320. */
function crc(bytes: Uint8Array): number {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return (value ^ 0xffffffff) >>> 0;
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
