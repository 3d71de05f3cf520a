/** A frame whose pixels stay with the decoder until someone asks for them. */

import type { ColorSpace, Frame, Planes } from "@tatami/core";
import { closedFrameError, frameLedger } from "@tatami/core";
import type { VideoSample } from "mediabunny";
import { copyPlanes } from "../../picture/copy-planes.ts";
import type { RawPicture } from "../../picture/raw-picture.ts";
import { webPictures } from "./web-pictures.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";

/**
 * Wraps a decoded sample, and owns it from here on.
 *
 * The pixels are copied once, when first asked for, and the decoder's copy is freed right then: a
 * hardware decoder has few of them.
 *
 * @param color what the picture states; with `toSdr` the frame states what it was converted to.
 */
export function sampleFrame(sample: VideoSample, color: ColorSpace, toSdr: boolean): Frame {
  const { timestamp, duration } = sample;
  const size = { width: sample.codedWidth, height: sample.codedHeight };
  const copy = (picture: RawPicture): Planes =>
    toSdr && needsSdr(picture.format, color) ? planesToSdr(picture, size, color) : copyPlanes(picture, size);
  let copied: Promise<Planes> | undefined;
  let closed = false;
  const frame: Frame = {
    size,
    timestamp,
    duration,
    color: isRgb(sample.format) ? { ...color, ...rgbPlanesMatrix } : toSdr ? colorAfterSdr(color) : color,
    planes: () => {
      if (closed) return Promise.reject(closedFrameError(timestamp));
      copied ??= webPictures.read(sample, copy).finally(() => sample.close());
      return copied;
    },
    close: () => {
      if (closed) return;
      closed = true;
      frameLedger.closed(frame);
      if (copied) copied.catch(() => undefined);
      else sample.close();
      copied = undefined;
    },
  };
  frameLedger.opened(frame, "decode");
  return frame;
}

/** Whether the pixels come out as RGB, opaque pictures included, and are turned into BT.601 here. */
function isRgb(format: string | null): boolean {
  return format === null || /^(RGB|BGR)/.test(format);
}
