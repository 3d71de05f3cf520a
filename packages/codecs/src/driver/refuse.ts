/** What is refused before any work: deep or high-dynamic-range pictures without consent, and absurd sizes. */

import type { OpenOptions, VideoDescription } from "@tatami/core";
import { formatSize, isHighDynamicRange, TatamiError } from "@tatami/core";

/** The longest side any decoder here handles: AVC's, HEVC's and AV1's largest levels end at it. */
export const longestSide = 16_384;

/**
 * @param keepsDepth whether the driver gives pictures in all their bits, where that is asked for
 * @throws TatamiError `unsupported-feature` for what must not be converted without being asked.
 */
export function refuseUnsupported(
  video: VideoDescription,
  { toSdr = false, bitDepth = 8 }: OpenOptions,
  keepsDepth = false,
): void {
  if (video.width < 1 || video.height < 1 || Math.max(video.width, video.height) > longestSide) {
    throw new TatamiError({
      code: "unsupported-feature",
      message: `A picture of ${formatSize(video)} cannot be handled; each side must be from 1 to ${longestSide}.`,
      fix: "Check that the file is intact, or make it smaller first.",
      detail: { width: video.width, height: video.height },
    });
  }
  if (toSdr || (keepsDepth && bitDepth !== 8)) return;
  const isAsked = bitDepth !== 8;
  if (isHighDynamicRange(video.color))
    throw refusal(`HDR (transfer ${video.color.transfer})`, video, isAsked);
  if (video.bitDepth !== null && video.bitDepth > 8)
    throw refusal(`${video.bitDepth} bits a sample`, video, isAsked);
}

/** @param isAsked whether more than 8 bits were wanted, so that it is the driver that has not got them */
function refusal(
  what: string,
  video: VideoDescription,
  isAsked: boolean,
): TatamiError<"unsupported-feature"> {
  const why = isAsked
    ? "here pictures have 8 bits: browsers do not reliably hand over more, or encode them"
    : "would have to be converted to 8-bit SDR, which loses something: that is not done unasked";
  return new TatamiError({
    code: "unsupported-feature",
    message: `The video is ${what}, and ${why}.`,
    fix: `Set toSdr (--to-sdr on the command line) to convert it to 8-bit BT.709${isAsked ? ", or upscale it in Node, which keeps it" : ""}.`,
    detail: { transfer: video.color.transfer ?? "not stated", bitDepth: video.bitDepth ?? "not stated" },
  });
}
