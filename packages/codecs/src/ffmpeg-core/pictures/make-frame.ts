/** A frame from a picture's bytes as they left FFmpeg. */

import type { ColorSpace, Frame, Plane, Planes } from "@tatami/core";
import { createFrame } from "@tatami/core";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";
import type { PictureLayout } from "./pixel-formats.ts";

/** Makes the frame; 8-bit planes lie in `data` itself, which is the frame's from here on. */
export function makeFrame(
  data: Uint8Array,
  layout: PictureLayout,
  color: ColorSpace,
  times: { readonly timestamp: number; readonly duration: number },
): Frame {
  const { format, sampleBytes } = layout;
  let at = 0;
  const planes = layout.planes.map(({ width, height }): Plane => {
    const stride = width * sampleBytes;
    const plane = { width, height, stride, data: data.subarray(at, at + stride * height) };
    at += stride * height;
    return plane;
  });
  if (needsSdr(format, color))
    return createFrame(
      planesToSdr({ format, planes }, layout, color),
      { ...times, color: colorAfterSdr(color) },
      "decode",
    );
  return createFrame(toPlanes(planes), { ...times, color }, "decode");
}

function toPlanes([luma, blue, red, alpha]: readonly Plane[]): Planes {
  if (!luma || !blue || !red) throw new RangeError("A picture has three planes at least.");
  return { luma, chroma: [blue, red], ...(alpha ? { alpha } : {}) };
}
