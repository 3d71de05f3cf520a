/** Turns what mediabunny throws into the project's one error, and lets aborts and own errors through. */

import type { Size } from "@tatami/core";
import { formatSize, outputFailed, TatamiError } from "@tatami/core";
import type { Cut } from "./find-cut.ts";

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
    fix: "Copy or download the file again, or take the intact part of it: start and end (--trim).",
    detail: { seconds, framesRead },
    cause,
  });
}

/** The error for a file that ends before its own headers say it does. */
export function brokenOff(
  { size, declared }: Cut,
  seconds: number,
  framesRead: number,
): TatamiError<"damaged-input"> {
  const { message, fix, detail } = damagedInput(describeCut(size, declared), seconds, framesRead);
  return new TatamiError({ code: "damaged-input", message, fix, detail: { ...detail, breaksOff: true } });
}

/** What is said of a file that ends too early. @param declared bytes it says it has, at least. */
export function describeCut(size: number, declared: number): string {
  return `the file breaks off: ${size} bytes are there of at least ${declared}`;
}

/** The error for an MP4 or MOV whose index was never written. */
export function unfinishedRecording(cause?: unknown): TatamiError<"damaged-input"> {
  return new TatamiError({
    code: "damaged-input",
    message:
      "The file has no index (its moov box is missing): the recording was not finished, or not copied to its end.",
    fix: "Copy it again if it is whole elsewhere. Else put the card back into the camera and switch it on, which finishes the file in many; or rebuild the index with untrunc, which needs an intact recording of the same camera.",
    detail: { seconds: 0, framesRead: 0 },
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

/**
 * An error met while writing.
 *
 * @param isPlace whether the place written to is what failed, and not what was to be written.
 */
export function explainWriteError(error: unknown, where: string, isPlace: boolean): unknown {
  if (TatamiError.is(error) || isAbort(error)) return error;
  if (isPlace) return outputFailed(where, error);
  const said = messageOf(error).replace(/\.$/, "");
  if (/array buffer|allocation|out of memory/i.test(said)) {
    return new TatamiError({
      code: "out-of-memory",
      message: `There is not enough memory for the output (${said}).`,
      fix: "Write to a file handle or a stream (output) instead of a Blob.",
      cause: error,
    });
  }
  if (/encod|codec|dimension/i.test(said)) {
    return new TatamiError({
      code: "unsupported-codec",
      message: `The encoder failed: ${said}.`,
      fix: "Choose another codec (encode.codec or --codec), or a smaller size.",
      cause: error,
    });
  }
  return new TatamiError({
    code: "internal",
    message: `The output could not be put together: ${said}.`,
    fix: "This is a fault of Tatami's: report it with the file. Another container (encode.container) may do meanwhile.",
    cause: error,
  });
}

/** `12.480 s`, for messages. */
export function formatSeconds(seconds: number): string {
  return `${seconds.toFixed(3)} s`;
}

function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The error for an input of no bytes. */
export function emptyInput(name?: string): TatamiError<"unsupported-container"> {
  return new TatamiError({
    code: "unsupported-container",
    message: `${name === undefined ? "The input" : JSON.stringify(name)} is empty (0 bytes).`,
    fix: "Check that the file was copied or downloaded completely.",
    detail: { bytes: 0 },
  });
}
