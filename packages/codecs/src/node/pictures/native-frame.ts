/** A frame whose pixels stay in FFmpeg's memory until someone asks for them. */

import type { ColorSpace, Frame, Planes } from "@tatami/core";
import { closedFrameError, frameLedger } from "@tatami/core";
import type { Frame as NativeFrame } from "node-av";
import { copyPlanes } from "../../picture/copy-planes.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";
import type { NodeAv } from "../node-av.ts";
import type { Shown } from "./picture-clock.ts";
import { isRgbFormat, pixelFormatOf, rawPictureOf } from "./pixel-formats.ts";

/**
 * Wraps a decoded picture, and owns it from here on. Its pixels are copied once, when first asked for, and FFmpeg's copy
 * is freed right then.
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
  let copied: Promise<Planes> | undefined;
  let closed = false;
  const frame: Frame = {
    size,
    timestamp,
    duration,
    color: isRgb ? { ...color, ...rgbPlanesMatrix } : toSdr ? colorAfterSdr(color) : color,
    planes: () => {
      if (closed) return Promise.reject(closedFrameError(timestamp));
      copied ??= (async () => copy())().finally(() => native.free());
      return copied;
    },
    close: () => {
      if (closed) return;
      closed = true;
      frameLedger.closed(frame);
      if (copied) copied.catch(() => undefined);
      else native.free();
      copied = undefined;
    },
  };
  frameLedger.opened(frame, "decode");
  return frame;
}
