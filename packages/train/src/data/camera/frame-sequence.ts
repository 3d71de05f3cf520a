/** A few frames of a video that follow one another, as truth or as training material. */

import type { Size } from "@tatami/core";
import { resizeBicubic } from "../bicubic.ts";
import type { Picture } from "../luma.ts";
import type { CompressiblePicture } from "./compress.ts";

/** Frames of one size, in studio range. */
export interface FrameSequence {
  readonly name: string;
  readonly frames: readonly CompressiblePicture[];
}

/** One of the three planes of packed 4:2:0, as a grey picture. */
export function planeOf({ width, height, data }: CompressiblePicture, index: 0 | 1 | 2): Picture {
  const [halfWidth, halfHeight] = [Math.ceil(width / 2), Math.ceil(height / 2)];
  const [luma, chroma] = [width * height, halfWidth * halfHeight];
  if (index === 0) return { width, height, channels: 1, data: data.subarray(0, luma) };
  const start = luma + (index - 1) * chroma;
  return { width: halfWidth, height: halfHeight, channels: 1, data: data.subarray(start, start + chroma) };
}

/** Planes packed again. */
export function packPlanes(luma: Picture, blue: Picture, red: Picture): CompressiblePicture {
  const data = new Uint8Array(luma.data.length + blue.data.length + red.data.length);
  data.set(luma.data);
  data.set(blue.data, luma.data.length);
  data.set(red.data, luma.data.length + blue.data.length);
  return { width: luma.width, height: luma.height, data };
}

/** The top left part whose sides are whole multiples of an even number. */
export function cropFrame(frame: CompressiblePicture, multiple: number): CompressiblePicture {
  const width = frame.width - (frame.width % multiple);
  const height = frame.height - (frame.height % multiple);
  return width === frame.width && height === frame.height ? frame : cutFrame(frame, 0, 0, { width, height });
}

/** A part of a frame. Left, top and both sides are even. */
export function cutFrame(
  frame: CompressiblePicture,
  left: number,
  top: number,
  { width, height }: Size,
): CompressiblePicture {
  const [luma, blue, red] = ([0, 1, 2] as const).map((index) => {
    const plane = planeOf(frame, index);
    const by = index === 0 ? 1 : 2;
    const [across, down] = [width / by, height / by];
    const data = new Uint8Array(across * down);
    for (let y = 0; y < down; y++) {
      const start = (top / by + y) * plane.width + left / by;
      data.set(plane.data.subarray(start, start + across), y * across);
    }
    return { width: across, height: down, channels: 1 as const, data };
  });
  return packPlanes(luma!, blue!, red!);
}

/** A frame reduced by MATLAB's bicubic filter, plane by plane. */
export function reduceFrame(frame: CompressiblePicture, scale: number): CompressiblePicture {
  const [luma, blue, red] = ([0, 1, 2] as const).map((index) => {
    const plane = planeOf(frame, index);
    return resizeBicubic(plane, plane.width / scale, plane.height / scale);
  });
  return packPlanes(luma!, blue!, red!);
}
