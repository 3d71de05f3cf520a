/** A decoded picture as mediabunny's sample, which the frames of both drivers are made from. */

import type { Frame } from "node-av";
import { VideoSample } from "mediabunny";
import type { Packages } from "../packages.ts";
import type { Shown } from "./picture-clock.ts";

/** Wraps a picture, which the sample owns from here on. */
export function wrapPicture({ nodeAv, server }: Packages, frame: Frame, shown: Shown): VideoSample {
  const { num, den } = frame.sampleAspectRatio;
  // "Not stated" is 0 there, and not allowed here; the description has the ratio that is carried over.
  if (num < 1 || den < 1) frame.sampleAspectRatio = new nodeAv.Rational(1, 1);
  const { timestamp, duration } = shown;
  return new VideoSample(new server.AvFrameVideoSampleResource(frame), { timestamp, duration });
}
