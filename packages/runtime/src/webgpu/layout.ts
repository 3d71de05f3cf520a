/** Where pictures lie in GPU buffers, and the uniform that tells it to shaders: written once, for both sides. */

import type { Size } from "@tatami/core";
import { uniformStruct } from "./uniform-struct.ts";

/**
 * Planes with a border of zeros, so that no shader asks whether a neighbour exists. Pixel (x, y) of a plane is element
 * `(y + padding) · pitch + x + padding`; only those pixels are ever written, so the border stays as buffers begin: zero.
 */
export interface Geometry extends Size {
  /** Pixels of border on each side: the largest reach of a kernel. */
  readonly padding: number;
  /** Elements a row. */
  readonly pitch: number;
  /** Elements a plane. */
  readonly plane: number;
}

/** Pixels of a row that one invocation computes at most. */
const mostColumns = 8;

/** Lays planes out. Rows have room for the last block of pixels to look past its end. */
export function layOutPlanes({ width, height }: Size, padding: number): Geometry {
  const pitch = padding + width + mostColumns - 1 + padding;
  return { width, height, padding, pitch, plane: pitch * (height + 2 * padding) };
}

const geometryUniform = uniformStruct("Geometry", {
  width: "u32",
  height: "u32",
  pitch: "u32",
  plane: "u32",
  readGain: "f32",
  readOffset: "f32",
  writeGain: "f32",
  writeOffset: "f32",
});

/** What every shader is told of pictures. Luma is mapped to and from the studio range by a gain and an offset. */
export const geometryStruct: string = geometryUniform.wgsl;

/** The uniform's bytes for one range of luma: levels of 0..255 to Y′/255 in the studio range, and back. */
export function packGeometry({ width, height, pitch, plane }: Geometry, fullRange: boolean): ArrayBuffer {
  return geometryUniform.pack({
    width,
    height,
    pitch,
    plane,
    readGain: fullRange ? 219 / 255 / 255 : 1 / 255,
    readOffset: fullRange ? 16 / 255 : 0,
    writeGain: fullRange ? (255 * 255) / 219 : 255,
    writeOffset: fullRange ? (-16 * 255) / 219 : 0,
  });
}
