/** What FFmpeg's error numbers mean for whoever gave the input. */

import { TatamiError } from "@tatami/core";
import type { NodeAv } from "../node-av.ts";

/** FFmpeg's own words for one of its error numbers. */
export function describeResult(nodeAv: NodeAv, result: number): string {
  return nodeAv.FFmpegError.strerror(result);
}

/** Why an input could not be opened: it is not there, or not media. */
export function explainOpening(nodeAv: NodeAv, result: number, name: string, remote: boolean): TatamiError {
  const what = describeResult(nodeAv, result);
  const absent: readonly number[] = [nodeAv.AVERROR_ENOENT, nodeAv.AVERROR_EACCES, nodeAv.AVERROR_EPERM];
  if (remote || absent.includes(result)) return inputNotFound(name, what, remote);
  return new TatamiError({
    code: "unsupported-container",
    message: `${name} is not a media file that FFmpeg can read (${what}).`,
    fix: "Check that it is a video, and that it was copied or downloaded completely; of raw video without a header say what it is (raw, --input-format).",
  });
}

/** The error for an input that is not there, or does not answer. */
export function inputNotFound(name: string, what: string, remote: boolean): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `${name} cannot be opened (${what}).`,
    fix: remote
      ? "Check the address, and that its server is running and lets you in."
      : "Check the spelling of the path, and that you may read it.",
    detail: { path: name },
  });
}

/** The error for a picture's codec this FFmpeg has no decoder for. */
export function noDecoder(codec: string | null, why?: string): TatamiError<"unsupported-codec"> {
  return new TatamiError({
    code: "unsupported-codec",
    message: `FFmpeg cannot decode the video's codec, ${codec ?? "unknown"}${why === undefined ? "" : ` (${why})`}.`,
    fix: "Convert the file to H.264 with the program that made it.",
    detail: { codec: codec ?? "unknown" },
  });
}
