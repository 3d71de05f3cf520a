/** Turns what mediabunny throws into the project's one error, and lets aborts and own errors through. */

import type { Size } from "@tatami/core";
import { formatSize, outputFailed, TatamiError } from "@tatami/core";

/** The text of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether an error says that the media are encrypted. */
export function isEncryption(error: unknown): boolean {
  return /encrypt|decrypt|resolveKeyId/i.test(messageOf(error));
}

/** The error for media locked with a key. */
export function encryptedInput(cause?: unknown): TatamiError<"encrypted-input"> {
  return new TatamiError({
    code: "encrypted-input",
    message: "The video track is encrypted, and Tatami has no key for it.",
    fix: "Use a copy without copy protection.",
    cause,
  });
}

/** An error met while reading at `seconds` of the video. */
export function explainReadError(error: unknown, seconds: number, framesRead: number): unknown {
  if (TatamiError.is(error) || isAbort(error)) return error;
  if (isEncryption(error)) return encryptedInput(error);
  return damagedInput(
    `it cannot be decoded after ${formatSeconds(seconds)} (${messageOf(error)})`,
    seconds,
    framesRead,
    error,
  );
}

/** The error for a stream that breaks off or cannot be decoded. */
export function damagedInput(
  what: string,
  seconds: number,
  framesRead: number,
  cause?: unknown,
): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message: `The video is damaged: ${what}; ${framesRead} frames were read.`,
    fix: "Copy or download the file again, or cut out the intact part with --trim (the `read` option).",
    detail: { seconds, framesRead },
    cause,
  });
}

/** The error for a picture of another size than those before it, at `seconds` of the video. */
export function sizeChange(before: Size, now: Size, seconds: number): TatamiError<"unsupported-feature"> {
  return new TatamiError({
    code: "unsupported-feature",
    message: `The picture changes its size from ${formatSize(before)} to ${formatSize(now)} at ${seconds} s.`,
    fix: "Cut the file where the size changes, and upscale the parts one by one.",
    detail: { seconds, width: now.width, height: now.height },
  });
}

/** An error met while writing. */
export function explainWriteError(error: unknown, where: string): unknown {
  if (TatamiError.is(error) || isAbort(error)) return error;
  // FFmpeg does nothing but encode here: the bytes are written by the sink.
  const fromFfmpeg = error instanceof Error && error.name === "FFmpegError";
  const encoder = fromFfmpeg || (/encod|codec|dimension/i.test(messageOf(error)) && !isSystemError(error));
  return encoder
    ? new TatamiError({
        code: "unsupported-codec",
        message: `The encoder failed: ${messageOf(error)}.`,
        fix: "Choose another codec (encode.codec or --codec), or a smaller size.",
        cause: error,
      })
    : outputFailed(where, error);
}

/** `12.480 s`, for messages. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

function isSystemError(error: unknown): error is Error & { readonly code: string } {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z0-9]+$/.test(error.code)
  );
}
