/**
 * What a picture file says of itself, carried to another: profile, EXIF and XMP. Raw pixels cannot be given them, and a profile
 * that is named would convert the pixels; a PNG that holds them as its own can, from which any format is made.
 */

import { crc32, deflateSync } from "node:zlib";
import type { Metadata } from "sharp";

/** What is carried. */
export type Carried = Pick<Metadata, "icc" | "exif" | "xmp">;

/** Bytes of a PNG's signature and its first chunk, behind which others may stand. Source: PNG, third edition, section 5.6. */
const headBytes = 8 + 25;

/** Gives a PNG without any of its own the profile, EXIF and XMP of another file. */
export function addMetadata(png: Buffer, { icc, exif, xmp }: Carried): Buffer {
  const chunks = [
    ...(icc ? [chunk("iCCP", Buffer.concat([Buffer.from("profile\0\0", "latin1"), deflateSync(icc)]))] : []),
    ...(exif ? [chunk("eXIf", withoutMark(exif))] : []),
    ...(xmp
      ? [chunk("iTXt", Buffer.concat([Buffer.from("XML:com.adobe.xmp\0\0\0\0\0", "latin1"), xmp]))]
      : []),
  ];
  return Buffer.concat([png.subarray(0, headBytes), ...chunks, png.subarray(headBytes)]);
}

/** JPEG's mark before it is no part of EXIF. */
function withoutMark(exif: Buffer): Buffer {
  return exif.toString("latin1", 0, 6) === "Exif\0\0" ? exif.subarray(6) : exif;
}

/** EXIF's number of how a picture is held. */
const orientationTag = 0x0112;

/**
 * EXIF of a picture that was turned upright: it says so. Source: TIFF 6.0, section 2, and Exif 2.32, section 4.6.4.
 *
 * @param exif is left as it is
 */
export function saidUpright(exif: Buffer): Buffer {
  const tiff = Buffer.from(withoutMark(exif));
  if (tiff.length < 8) return tiff;
  const isLittle = tiff.toString("latin1", 0, 2) === "II";
  const short = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const first = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
  const count = first + 2 <= tiff.length ? short(first) : 0;
  for (let entry = 0; entry < count; entry++) {
    const at = first + 2 + 12 * entry;
    if (at + 12 > tiff.length) break;
    if (short(at) !== orientationTag) continue;
    if (isLittle) tiff.writeUInt16LE(1, at + 8);
    else tiff.writeUInt16BE(1, at + 8);
  }
  return tiff;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}
