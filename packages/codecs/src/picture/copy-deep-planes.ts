/** Copies a decoded picture into planes of more than 8 bits. */

import type { DeepPlane, DeepPlanes, Size } from "@tatami/core";
import { copyRows, createDeepPlane, rowsOf } from "@tatami/core";
import { convertDepth } from "./convert-depth.ts";
import { copyPlanes, parsePlanarFormat, planeAt, unreadableFormat } from "./copy-planes.ts";
import type { RawPicture } from "./raw-picture.ts";

/** Bits that pictures of 8 are given where more are asked for. */
const widened = 10;

/** The picture's planes in all their bits; one of 8 bits is given ten. Its alpha is not read. */
export function copyDeepPlanes(picture: RawPicture, size: Size, fullRange: boolean): DeepPlanes {
  const planar = parsePlanarFormat(picture.format, size);
  if (!planar || planar.bits === 8)
    return convertDepth(copyPlanes(picture, size), widened, fullRange) as DeepPlanes;
  if (picture.planes.length < 3) throw unreadableFormat(picture.format);
  const copy = (index: number, { width, height }: Size): DeepPlane => {
    const plane = createDeepPlane({ width, height }, planar.bits);
    // both are little-endian: FFmpeg's formats by name, WebCodecs' as the machines are that it runs on
    copyRows(planeAt(picture, index), rowsOf(plane), 2 * width, height);
    return plane;
  };
  return { luma: copy(0, size), chroma: [copy(1, planar.chroma), copy(2, planar.chroma)] };
}
