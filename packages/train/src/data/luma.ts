/** Luma as the super-resolution literature computes it: BT.601, studio range, rounded to 8 bits. */

import type { Rect, Size } from "@tatami/core";

/** An 8-bit picture, its channels interleaved: 1 (grey) or 3 (RGB). */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

/** Luma before it is rounded: one channel, 0..255. */
export interface LumaPlane {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

/** What R, G and B of 0..1 count for in 8 bits of studio luma (ITU-R BT.601). */
export const lumaWeights = [65.481, 128.553, 24.966] as const;

/**
 * Y′ = 16 + (65.481 R + 128.553 G + 24.966 B) / 255, in 16..235 (ITU-R BT.601; MATLAB's `rgb2ycbcr`), not rounded.
 * A picture of one channel is taken as luma as it is: that is how `bridge` of Set14 is scored.
 */
export function lumaOf(picture: Picture): LumaPlane {
  const { width, height, channels, data } = picture;
  if (channels === 1) return { width, height, data: Float32Array.from(data) };
  const luma = new Float32Array(width * height);
  const [red, green, blue] = lumaWeights;
  for (let i = 0, p = 0; i < luma.length; i++, p += 3) {
    luma[i] = 16 + (red * data[p]! + green * data[p + 1]! + blue * data[p + 2]!) / 255;
  }
  return { width, height, data: luma };
}

/** Luma rounded half up to the levels 0..255 of 8 bits. */
export function roundLuma(plane: LumaPlane): LumaPlane {
  return { ...plane, data: roundLevels(plane.data, new Float32Array(plane.data.length)) };
}

/** Samples rounded half up to the levels 0..255 of 8 bits, into as many. */
export function roundLevels<T extends Float32Array | Uint8Array>(samples: Float32Array, into: T): T {
  for (let i = 0; i < samples.length; i++)
    into[i] = Math.min(255, Math.max(0, Math.floor(samples[i]! + 0.5)));
  return into;
}

/** The top left part whose sides are whole multiples of the scale. */
export function cropToMultiple(picture: Picture, scale: number): Picture {
  const { channels } = picture;
  const width = picture.width - (picture.width % scale);
  const height = picture.height - (picture.height % scale);
  if (width === picture.width && height === picture.height) return picture;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const start = y * picture.width * channels;
    data.set(picture.data.subarray(start, start + width * channels), y * width * channels);
  }
  return { width, height, channels, data };
}

/** A black one. */
export function blankLuma({ width, height }: Size): LumaPlane {
  return { width, height, data: new Float32Array(width * height) };
}

/** A part of a picture; the picture itself where it is all of it. */
export function cutLuma(plane: LumaPlane, part: Rect): LumaPlane {
  if (part.width === plane.width && part.height === plane.height) return plane;
  const made = blankLuma(part);
  copyLuma(plane, made, { from: part, to: { x: 0, y: 0 }, size: part });
  return made;
}

type Place = Pick<Rect, "x" | "y">;

/** Copies a part of one picture to its place in another. */
export function copyLuma(
  source: LumaPlane,
  target: LumaPlane,
  { from, to, size }: { readonly from: Place; readonly to: Place; readonly size: Size },
): void {
  for (let y = 0; y < size.height; y++) {
    const start = (from.y + y) * source.width + from.x;
    target.data.set(source.data.subarray(start, start + size.width), (to.y + y) * target.width + to.x);
  }
}
