/** Planes of 8 bits a sample and of more, and what is worked out of either kind. */

import type { Rows } from "./copy-rows.ts";
import { checkSize } from "../options.ts";
import type { Size } from "../size.ts";

/** One 8-bit plane. Row `y` begins at `y * stride`; `stride >= width`. */
export interface Plane extends Size {
  readonly data: Uint8Array;
  readonly stride: number;
}

/**
 * The planes of a picture: luma, the two chroma planes (at 4:2:0, 4:2:2 or 4:4:4: their size tells),
 * and alpha at luma's size where there is one.
 */
export interface Planes {
  readonly luma: Plane;
  readonly chroma: readonly [Plane, Plane];
  readonly alpha?: Plane;
}

/** One plane of more than 8 bits. Row `y` begins at sample `y * stride`; `stride >= width`. */
export interface DeepPlane extends Size {
  readonly data: Uint16Array;
  /** Samples from one row to the next. */
  readonly stride: number;
  /** Bits a sample, 9 to 16: samples are whole numbers from 0 to 2^bits − 1. */
  readonly bits: number;
}

/** The planes of a picture of more than 8 bits: luma and the two chroma planes, all of as many bits. */
export interface DeepPlanes {
  readonly luma: DeepPlane;
  readonly chroma: readonly [DeepPlane, DeepPlane];
  /** There is none: alpha of deep pictures is not read. */
  readonly alpha?: undefined;
}

/** A plane of 8 bits or of more. */
export type AnyPlane = Plane | DeepPlane;

/** A picture of 8 bits or of more. */
export type AnyPlanes = Planes | DeepPlanes;

/** An 8-bit plane of zeros. @throws TatamiError `invalid-option` for what is no size. */
export function createPlane(size: Size): Plane {
  checkSize("size", size);
  return { ...size, stride: size.width, data: new Uint8Array(size.width * size.height) };
}

/** A plane of zeros of more than 8 bits. */
export function createDeepPlane(size: Size, bits: number): DeepPlane {
  return { ...size, stride: size.width, bits, data: new Uint16Array(size.width * size.height) };
}

/** A plane of zeros of as many bits as another. */
export function createPlaneLike<P extends AnyPlane>(plane: P, size: Size): P;
export function createPlaneLike(plane: AnyPlane, { width, height }: Size): AnyPlane {
  if (isDeepPlane(plane)) return createDeepPlane({ width, height }, plane.bits);
  return { width, height, stride: width, data: new Uint8Array(width * height) };
}

/** Whether a plane has more than 8 bits a sample. */
export function isDeepPlane(plane: AnyPlane): plane is DeepPlane {
  return "bits" in plane;
}

/** Whether a picture has. */
export function areDeepPlanes(planes: AnyPlanes): planes is DeepPlanes {
  return isDeepPlane(planes.luma);
}

/** Bits a sample of a plane. */
export function bitsOf(plane: AnyPlane): number {
  return isDeepPlane(plane) ? plane.bits : 8;
}

/** How many of a plane's steps one of 8 bits is: 4 of 10 bits. */
export function stepsOfLevel(bits: number): number {
  return 2 ** (bits - 8);
}

/** A plane's rows as bytes, where they lie: two a sample where there are more than 8 bits, in the machine's order. */
export function rowsOf(plane: AnyPlane): Rows {
  if (!isDeepPlane(plane)) return plane;
  const { buffer, byteOffset, byteLength } = plane.data;
  return { data: new Uint8Array(buffer, byteOffset, byteLength), stride: 2 * plane.stride };
}

/** A picture rounded to 8 bits, half up: the same signal, seen more coarsely. */
export function roundPlanes({ luma, chroma }: DeepPlanes): Planes {
  return { luma: roundPlane(luma), chroma: [roundPlane(chroma[0]), roundPlane(chroma[1])] };
}

function roundPlane({ width, height, stride, bits, data }: DeepPlane): Plane {
  const rounded = new Uint8Array(width * height);
  const [shift, half] = [bits - 8, 2 ** (bits - 9)];
  for (let y = 0, to = 0; y < height; y++)
    for (let from = y * stride, end = from + width; from < end; from++, to++)
      rounded[to] = Math.min(255, (data[from]! + half) >> shift);
  return { width, height, stride: width, data: rounded };
}
