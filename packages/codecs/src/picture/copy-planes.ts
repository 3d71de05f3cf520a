/** Copies a decoded picture into 8-bit planes, whatever format the decoder left it in. */

import type { Plane, Planes, Size } from "@tatami/core";
import { copyRows, createPlane, TatamiError } from "@tatami/core";
import type { RawPicture } from "./raw-picture.ts";
import { rgbToPlanes } from "./rgb-to-planes.ts";

/** Horizontal and vertical chroma subsampling of the planar formats. */
const subsampling: Readonly<Record<string, readonly [number, number]>> = {
  I420: [2, 2],
  I422: [2, 1],
  I444: [1, 1],
};

/** A planar format taken apart. */
export interface PlanarFormat {
  readonly chroma: Size;
  readonly hasAlpha: boolean;
  /** Bits a sample. */
  readonly bits: number;
}

/**
 * The picture's planes. Chroma keeps its subsampling and is rounded up at odd sizes; RGB becomes 4:2:0
 * BT.601, limited range. Deeper formats than 8 bits are not read here.
 */
export function copyPlanes(picture: RawPicture, size: Size): Planes {
  const { format, planes } = picture;
  if (/^(RGB|BGR)/.test(format)) {
    const { data, stride } = planeAt(picture, 0);
    return rgbToPlanes(data, stride, size, format);
  }
  if (format === "NV12") return splitNv12(picture, size);
  const planar = parsePlanarFormat(format, size);
  if (!planar || planar.bits !== 8 || planes.length < 3) throw unreadableFormat(format);
  return {
    luma: copyPlane(picture, 0, size),
    chroma: [copyPlane(picture, 1, planar.chroma), copyPlane(picture, 2, planar.chroma)],
    ...(planar.hasAlpha ? { alpha: copyPlane(picture, 3, size) } : {}),
  };
}

/** `I422AP10` and the like taken apart, or nothing for a format that is not planar YUV. */
export function parsePlanarFormat(format: string, size: Size): PlanarFormat | undefined {
  const match = /^(I4\d\d)(A?)(?:P(1\d))?$/.exec(format);
  const divisors = subsampling[match?.[1] ?? ""];
  if (!match || !divisors) return undefined;
  return {
    chroma: { width: Math.ceil(size.width / divisors[0]), height: Math.ceil(size.height / divisors[1]) },
    hasAlpha: match[2] === "A",
    bits: match[3] === undefined ? 8 : Number(match[3]),
  };
}

/** The error for a format nothing here reads. */
export function unreadableFormat(format: string): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `Decoded pictures in the format ${format} cannot be read.`,
    fix: "Convert the file to 8-bit 4:2:0 first, or set toSdr (--to-sdr) if it has more than 8 bits.",
    detail: { format },
  });
}

/** One of the picture's planes as it lies. */
export function planeAt(picture: RawPicture, index: number): RawPicture["planes"][number] {
  const plane = picture.planes[index];
  if (!plane) throw unreadableFormat(picture.format);
  return plane;
}

function copyPlane(picture: RawPicture, index: number, size: Size): Plane {
  const plane = createPlane(size);
  copyRows(planeAt(picture, index), plane, size.width, size.height);
  return plane;
}

function splitNv12(picture: RawPicture, size: Size): Planes {
  const { data, stride } = planeAt(picture, 1);
  const half = { width: Math.ceil(size.width / 2), height: Math.ceil(size.height / 2) };
  const blue = createPlane(half);
  const red = createPlane(half);
  for (let y = 0; y < half.height; y++) {
    let from = y * stride;
    for (let to = y * half.width; to < (y + 1) * half.width; to++, from += 2) {
      blue.data[to] = data[from] ?? 128;
      red.data[to] = data[from + 1] ?? 128;
    }
  }
  return { luma: copyPlane(picture, 0, size), chroma: [blue, red] };
}
