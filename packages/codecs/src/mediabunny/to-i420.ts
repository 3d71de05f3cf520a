/** Planes of any chroma subsampling as one packed 4:2:0 picture, which is what every encoder takes. */

import type { Plane, Planes, Size } from "@tatami/core";
import { copyRows } from "@tatami/core";
import type { PackedPicture } from "./platform.ts";

/** Packs planes as I420, or I420A when `withAlpha` and there is an alpha plane. */
export function packI420(planes: Planes, withAlpha: boolean): PackedPicture {
  const { luma } = planes;
  const alpha = withAlpha ? planes.alpha : undefined;
  const chromaSize = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  const lumaBytes = luma.width * luma.height;
  const chromaBytes = chromaSize.width * chromaSize.height;
  const data = new Uint8Array(lumaBytes + 2 * chromaBytes + (alpha ? lumaBytes : 0));
  copyPlane(luma, data, 0);
  packChroma(planes.chroma[0], luma, chromaSize, data, lumaBytes);
  packChroma(planes.chroma[1], luma, chromaSize, data, lumaBytes + chromaBytes);
  if (alpha) copyPlane(alpha, data, lumaBytes + 2 * chromaBytes);
  return { format: alpha ? "I420A" : "I420", data };
}

function copyPlane(plane: Plane, into: Uint8Array, at: number): void {
  const { width, height } = plane;
  copyRows(plane, { data: into.subarray(at), stride: width }, width, height);
}

/**
 * Chroma to 4:2:0. Columns go through (1, 2, 1)/4 around the even ones, since 4:2:0 chroma sits on
 * them; rows are averaged in pairs, since it sits between them (ITU-T H.264, figure 6-1).
 */
function packChroma(plane: Plane, luma: Size, target: Size, into: Uint8Array, at: number): void {
  if (plane.width === target.width && plane.height === target.height) return copyPlane(plane, into, at);
  const { data, stride } = plane;
  const wide = plane.width === luma.width && luma.width > 1;
  const tall = plane.height === luma.height && luma.height > 1;
  const filtered = (row: number, x: number): number => {
    const sample = (column: number): number =>
      data[row * stride + Math.min(Math.max(column, 0), plane.width - 1)] ?? 0;
    return wide ? sample(2 * x - 1) + 2 * sample(2 * x) + sample(2 * x + 1) : 4 * sample(x);
  };
  for (let y = 0; y < target.height; y += 1) {
    const top = tall ? 2 * y : y;
    const bottom = Math.min(tall ? top + 1 : top, plane.height - 1);
    for (let x = 0; x < target.width; x += 1) {
      into[at + y * target.width + x] = (filtered(top, x) + filtered(bottom, x) + 4) >> 3;
    }
  }
}
