/** A frame whose pixels stay with the decoder until someone asks for them. */

import { createDecodedFrame } from "../../driver/decoded-frame.ts";
import type { ColorSpace, Frame, Planes } from "@tatami/core";

import type { VideoSample } from "mediabunny";
import { copyPlanes } from "../../picture/copy-planes.ts";
import type { RawPicture } from "../../picture/raw-picture.ts";
import { webPictures } from "../../web-codecs/web-pictures.ts";
import { rgbPlanesMatrix } from "../../picture/rgb-to-planes.ts";
import { colorAfterSdr, needsSdr, planesToSdr } from "../../picture/to-sdr.ts";

/**
 * Wraps a decoded sample, and owns it from here on.
 *
 * @param color what the picture states; with `toSdr` the frame states what it was converted to.
 */
export function sampleFrame(sample: VideoSample, color: ColorSpace, toSdr: boolean): Frame {
  const { timestamp, duration } = sample;
  const size = { width: sample.codedWidth, height: sample.codedHeight };
  const copy = (picture: RawPicture): Planes =>
    toSdr && needsSdr(picture.format, color) ? planesToSdr(picture, size, color) : copyPlanes(picture, size);
  return createDecodedFrame({
    size,
    timestamp,
    duration,
    color: isRgb(sample.format) ? { ...color, ...rgbPlanesMatrix } : toSdr ? colorAfterSdr(color) : color,
    read: () => webPictures.read(sample, copy),
    free: () => sample.close(),
  });
}

/** Whether the pixels come out as RGB, opaque pictures included, and are turned into BT.601 here. */
function isRgb(format: string | null): boolean {
  return format === null || /^(RGB|BGR)/.test(format);
}
