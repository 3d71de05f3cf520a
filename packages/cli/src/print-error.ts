/** Errors as people need them: what happened, what to do, and the code to look up. */

import { outputFailed, TatamiError } from "@tatami/core";
import type { ErrorCode } from "@tatami/core";
import type { ExitCode, Shell } from "./shell.ts";
import { createStyle } from "./display/style.ts";

/** The flag behind each library option, so that messages speak of what was typed. */
const flagOfOption: Readonly<Record<string, string>> = {
  audio: "--audio",
  backends: "--backend",
  batchSize: "--batch",
  bitrate: "--bitrate",
  codec: "--codec",
  container: "--container",
  crf: "--crf",
  debugView: "--debug-view",
  denoise: "--denoise",
  deinterlace: "--deinterlace",
  encoder: "--encoder",
  end: "--trim",
  frameRate: "--frame-rate",
  fuse: "--fuse",
  integers: "--integers",
  maxLatencyFrames: "--latency",
  model: "--model",
  name: "--model",
  output: "--output",
  patchSize: "--patch",
  pixelFormat: "--pixel-format",
  preset: "--preset",
  quality: "--quality",
  recover: "--recover",
  reuse: "--reuse",
  routingLoss: "--routing-loss",
  framesPerSecond: "--fps",
  // of raw video
  format: "--input-format",
  width: "--input-size",
  height: "--input-size",
  start: "--trim",
  strength: "--strength",
  strict: "--strict",
  threads: "--threads",
  toSdr: "--to-sdr",
};

/** An error in the words of the command line; plain data, without the stack. */
export interface ErrorDescription {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
}

/** Whatever was thrown, as something to print. */
export function describeError(error: unknown): ErrorDescription {
  if (TatamiError.is(error)) {
    const { code, message, fix } = error;
    return { code, message: speakOfFlags(message), fix: speakOfFlags(fix) };
  }
  if (isSystemError(error)) return describeSystemError(error);
  return {
    code: "internal",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    fix: "Report this with the command and the file that led to it; it is a fault of Tatami.",
  };
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return (
    error instanceof Error && "syscall" in error && "code" in error && /^E[A-Z0-9]+$/.test(String(error.code))
  );
}

/** What the system refuses is no fault of ours, whichever command met it. */
function describeSystemError(error: NodeJS.ErrnoException): ErrorDescription {
  const writes = /^(?:mkdir|write|rename|link|symlink|unlink|rm|copyfile|f?truncate|f?utime|f?chmod|fsync)/;
  if (writes.test(error.syscall ?? "")) {
    return describeError(outputFailed(JSON.stringify(error.path ?? "The output"), error));
  }
  const fix = "Check the path, and that you may use it.";
  return { code: "input-not-found", message: `The system refuses: ${error.message}.`, fix };
}

/** Prints an error on stderr. `subject` is the file it belongs to, where that is not plain. */
export function printError(shell: Shell, error: unknown, subject?: string): void {
  const style = createStyle(shell.stderr, shell.env);
  const { code, message, fix } = describeError(error);
  const head = style("red", "error");
  const of = subject === undefined ? "" : `${style("bold", subject)}: `;
  shell.stderr.write(`${head}: ${of}${message} ${style("dim", `[${code}]`)}\n  → ${fix}\n`);
}

/** 2 when the flags were wrong, else 1. */
export function exitCodeOf(error: unknown): ExitCode {
  return TatamiError.is(error, "invalid-option") ? 2 : 1;
}

/** Options by their flags: `encode.codec or --codec` is said once. */
function speakOfFlags(text: string): string {
  return text
    .replace(
      /\b(?:options|encode|read|open|raw)\.(\w+)/g,
      (path, option: string) => flagOfOption[option] ?? path,
    )
    .replace(/(--[a-z-]+)(?:(?:,? and|,? or|,) \1(?![a-z-]))+/g, "$1");
}
