/** Planes of any chroma subsampling as 4:2:0, which is what every encoder takes. */

import type { AnyPlane, AnyPlanes, Planes, Size } from "@tatami/core";
import { copyRows, rowsOf } from "@tatami/core";
import type { PackedPicture } from "./raw-picture.ts";

/** Whether a picture of these planes is written with alpha, where `withAlpha` asks for it. */
export function i420Format(planes: Planes, withAlpha: boolean): PackedPicture["format"] {
  return withAlpha && planes.alpha ? "I420A" : "I420";
}

/** Packs planes as I420, or I420A when `withAlpha` and there is an alpha plane. */
export function packI420(planes: Planes, withAlpha: boolean): PackedPicture {
  const { width, height } = planes.luma;
  const format = i420Format(planes, withAlpha);
  const chroma = { width: Math.ceil(width / 2), height: Math.ceil(height / 2) };
  const sizes = [{ width, height }, chroma, chroma, ...(format === "I420A" ? [{ width, height }] : [])];
  const data = new Uint8Array(sizes.reduce((sum, size) => sum + size.width * size.height, 0));
  let at = 0;
  const targets = sizes.map((size) => {
    const target = { data: data.subarray(at), stride: size.width };
    at += size.width * size.height;
    return target;
  });
  writeSubsampled(planes, targets);
  return { format, data };
}

/** Where samples lie: bytes, or words of more bits. */
export interface Samples {
  readonly data: Uint8Array | Uint16Array;
  /** Samples from one row to the next. */
  readonly stride: number;
}

/**
 * Writes planes as 4:2:0 to where each of them belongs: luma, both chroma, and alpha if there is a fourth place. All are of the
 * planes' own kind: bytes, or words of as many bits.
 */
export function writeSubsampled(planes: AnyPlanes, targets: readonly Samples[]): void {
  const { luma, chroma, alpha } = planes;
  const half = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  const [lumaTarget, blueTarget, redTarget, alphaTarget] = targets;
  copySamples(luma, lumaTarget!);
  writeChroma(chroma[0], luma, half, blueTarget!);
  writeChroma(chroma[1], luma, half, redTarget!);
  if (alpha && alphaTarget) copySamples(alpha, alphaTarget);
}

function copySamples(plane: AnyPlane, { data, stride }: Samples): void {
  const wide = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  copyRows(rowsOf(plane), { data: bytes, stride: stride * wide }, plane.width * wide, plane.height);
}

/**
 * Chroma to 4:2:0. Columns go through (1, 2, 1)/4 around the even ones, since 4:2:0 chroma sits on
 * them; rows are averaged in pairs, since it sits between them (ITU-T H.264, figure 6-1).
 */
function writeChroma(plane: AnyPlane, luma: Size, target: Size, into: Samples): void {
  if (plane.width === target.width && plane.height === target.height) return copySamples(plane, into);
  const { data, stride } = plane;
  const wide = plane.width === luma.width && luma.width > 1;
  const tall = plane.height === luma.height && luma.height > 1;
  const filtered = (row: number, x: number): number => {
    const sample = (column: number): number =>
      data[row * stride + Math.min(Math.max(column, 0), plane.width - 1)] ?? 0;
    return wide ? sample(2 * x - 1) + 2 * sample(2 * x) + sample(2 * x + 1) : 4 * sample(x);
  };
  for (let y = 0; y < target.height; y++) {
    const top = tall ? 2 * y : y;
    const bottom = Math.min(tall ? top + 1 : top, plane.height - 1);
    for (let x = 0; x < target.width; x++) {
      into.data[y * into.stride + x] = (filtered(top, x) + filtered(bottom, x) + 4) >> 3;
    }
  }
}
