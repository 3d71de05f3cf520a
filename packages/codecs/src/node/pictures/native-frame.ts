/** A frame whose pixels stay in FFmpeg's memory until someone asks for them. */

import { createDecodedFrame } from "../../driver/decoded-frame.ts";
import type { AnyPlanes, ColorSpace, Frame, OpenOptions } from "@tatami/core";

import type { Frame as NativeFrame } from "node-av";
import { copyDeepPlanes } from "../../picture/copy-deep-planes.ts";
import { copyPlanes } from "../../picture/copy-planes.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";
import type { NodeAv } from "../node-av.ts";
import type { Shown } from "./picture-clock.ts";
import { bitDepthOfPixelFormat, isRgbFormat, pixelFormatOf, rawPictureOf } from "./pixel-formats.ts";

/**
 * Wraps a decoded picture, and owns it from here on.
 *
 * @param color what the picture states; with `toSdr` the frame states what it was converted to.
 * @param options how the input was opened
 */
export function createNativeFrame(
  nodeAv: NodeAv,
  native: NativeFrame,
  { timestamp, duration }: Shown,
  color: ColorSpace,
  { toSdr = false, bitDepth = 8 }: Pick<OpenOptions, "toSdr" | "bitDepth">,
): Frame {
  const size = { width: native.width, height: native.height };
  const pixelFormat = pixelFormatOf(nodeAv, native);
  const isRgb = isRgbFormat(pixelFormat);
  const isDeep =
    !toSdr && (bitDepth === 10 || (bitDepth === "source" && bitDepthOfPixelFormat(pixelFormat) > 8));
  const copy = (): AnyPlanes => {
    const picture = rawPictureOf(nodeAv, native);
    if (isDeep) return copyDeepPlanes(picture, size, !isRgb && color.fullRange === true);
    return toSdr && needsSdr(picture.format, color)
      ? planesToSdr(picture, size, color)
      : copyPlanes(picture, size);
  };
  return createDecodedFrame({
    size,
    timestamp,
    duration,
    isKey: native.keyFrame !== 0,
    color: isRgb ? { ...color, ...rgbPlanesMatrix } : toSdr ? colorAfterSdr(color) : color,
    isDeep,
    read: async () => copy(),
    free: () => native.free(),
  });
}
