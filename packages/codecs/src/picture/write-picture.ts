/** Pictures into an encoder's memory, in the samples that it takes. */

import type { AnyPlanes, Rows, Size } from "@tatami/core";
import { bitsOf } from "@tatami/core";
import { convertDepth } from "./convert-depth.ts";
import type { Samples } from "./to-i420.ts";
import { writeSubsampled } from "./to-i420.ts";

/** Samples at 4:2:0 that encoders take, FFmpeg's names: the latter two keep both chroma planes as pairs in one. */
export type EncoderFormat = "yuv420p" | "yuv420p10le" | "nv12" | "p010le";

/** Bits a sample of a format. */
export function bitsOfFormat(format: EncoderFormat): 8 | 10 {
  return format === "yuv420p" || format === "nv12" ? 8 : 10;
}

/**
 * Writes planes as 4:2:0 to where each of them belongs, rounded or widened to the format's bits; alpha of 8 bits, too, if
 * there is a fourth place.
 */
export function writePicture(
  planes: AnyPlanes,
  format: EncoderFormat,
  targets: readonly Rows[],
  fullRange: boolean,
): void {
  const bits = bitsOfFormat(format);
  const seen = bitsOf(planes.luma) === bits ? planes : convertDepth(planes, bits, fullRange);
  const places = targets.map((rows) => samplesOf(rows, bits));
  if (format === "yuv420p" || format === "yuv420p10le") return writeSubsampled(seen, places);
  const { luma } = seen;
  const half = { width: Math.ceil(luma.width / 2), height: Math.ceil(luma.height / 2) };
  const [lumaPlace, pairs] = places as [Samples, Samples];
  const [blue, red] = [roomFor(half, bits), roomFor(half, bits)];
  writeSubsampled(seen, [lumaPlace, blue, red]);
  // the ten bits of P010 are the upper ones of sixteen
  const shift = bits === 10 ? 6 : 0;
  if (shift > 0)
    for (let y = 0; y < luma.height; y++)
      for (let at = y * lumaPlace.stride, end = at + luma.width; at < end; at++)
        lumaPlace.data[at]! <<= shift;
  for (let y = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++) {
      const [from, to] = [y * half.width + x, y * pairs.stride + 2 * x];
      pairs.data[to] = blue.data[from]! << shift;
      pairs.data[to + 1] = red.data[from]! << shift;
    }
}

function roomFor({ width, height }: Size, bits: number): Samples {
  return { data: bits > 8 ? new Uint16Array(width * height) : new Uint8Array(width * height), stride: width };
}

/** Rows of bytes as rows of samples. */
function samplesOf({ data, stride }: Rows, bits: number): Samples {
  if (bits === 8) return { data, stride };
  const { buffer, byteOffset, byteLength } = data;
  return { data: new Uint16Array(buffer, byteOffset, byteLength >> 1), stride: stride >> 1 };
}
