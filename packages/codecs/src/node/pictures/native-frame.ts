/** A frame whose pixels stay in FFmpeg's memory until someone asks for them. */

import { createDecodedFrame } from "../../driver/decoded-frame.ts";
import type { ColorSpace, Frame, Planes } from "@tatami/core";

import type { Frame as NativeFrame } from "node-av";
import { copyPlanes } from "../../picture/copy-planes.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";
import type { NodeAv } from "../node-av.ts";
import type { Shown } from "./picture-clock.ts";
import { isRgbFormat, pixelFormatOf, rawPictureOf } from "./pixel-formats.ts";

/**
 * Wraps a decoded picture, and owns it from here on.
 *
 * @param color what the picture states; with `toSdr` the frame states what it was converted to.
 */
export function createNativeFrame(
  nodeAv: NodeAv,
  native: NativeFrame,
  { timestamp, duration }: Shown,
  color: ColorSpace,
  toSdr: boolean,
): Frame {
  const size = { width: native.width, height: native.height };
  const isRgb = isRgbFormat(pixelFormatOf(nodeAv, native));
  const copy = (): Planes => {
    const picture = rawPictureOf(nodeAv, native);
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
    read: async () => copy(),
    free: () => native.free(),
  });
}
