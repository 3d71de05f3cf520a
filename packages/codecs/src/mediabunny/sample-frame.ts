/** A frame whose pixels stay with the decoder until someone asks for them. */

import type { ColorSpace, Frame, Planes } from "@tatami/core";
import { closedFrameError, frameLedger } from "@tatami/core";
import type { VideoSample } from "mediabunny";
import { copyPlanes } from "./copy-planes.ts";
import type { PictureAccess } from "./platform.ts";

/**
 * Wraps a decoded sample, and owns it from here on.
 *
 * The pixels are copied once, when first asked for, and the decoder's copy is freed right then: a
 * hardware decoder has few of them.
 */
export function sampleFrame(sample: VideoSample, color: ColorSpace, pictures: PictureAccess): Frame {
  const { timestamp, duration } = sample;
  const size = { width: sample.codedWidth, height: sample.codedHeight };
  let copied: Promise<Planes> | undefined;
  let closed = false;
  const frame: Frame = {
    size,
    timestamp,
    duration,
    color,
    planes: () => {
      if (closed) return Promise.reject(closedFrameError(timestamp));
      copied ??= pictures.read(sample, (picture) => copyPlanes(picture, size)).finally(() => sample.close());
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
