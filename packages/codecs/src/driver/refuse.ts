/** What is refused before any work: deep or high-dynamic-range pictures without consent, and absurd sizes. */

import type { VideoDescription } from "@tatami/core";
import { formatSize, isHighDynamicRange, TatamiError } from "@tatami/core";

/** The longest side any decoder here handles: AVC's, HEVC's and AV1's largest levels end at it. */
export const longestSide = 16_384;

/** @throws TatamiError `unsupported-feature` for what must not be converted without being asked. */
export function refuseUnsupported(video: VideoDescription, toSdr: boolean): void {
  if (video.width < 1 || video.height < 1 || Math.max(video.width, video.height) > longestSide) {
    throw new TatamiError({
      code: "unsupported-feature",
      message: `A picture of ${formatSize(video)} cannot be handled; each side must be from 1 to ${longestSide}.`,
      fix: "Check that the file is intact, or make it smaller first.",
      detail: { width: video.width, height: video.height },
    });
  }
  if (toSdr) return;
  if (isHighDynamicRange(video.color)) throw refusal(`HDR (transfer ${video.color.transfer})`, video);
  if (video.bitDepth !== null && video.bitDepth > 8) throw refusal(`${video.bitDepth} bits a sample`, video);
}

function refusal(what: string, video: VideoDescription): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `The video is ${what}, and Tatami writes 8-bit SDR; converting would lose something, so it is not done unasked.`,
    fix: "Set toSdr (--to-sdr on the command line) to convert it to 8-bit BT.709.",
    detail: { transfer: video.color.transfer ?? "not stated", bitDepth: video.bitDepth ?? "not stated" },
  });
}
