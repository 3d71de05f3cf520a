/** Errors as people need them: what happened, what to do, and the code to look up. */

import { TatamiError } from "@tatami/core";
import type { ErrorCode } from "@tatami/core";
import type { ExitCode, Shell } from "./shell.ts";
import { createStyle } from "./style.ts";

/** The flag behind each library option, so that messages speak of what was typed. */
const flagOfOption: Readonly<Record<string, string>> = {
  audio: "--audio",
  backends: "--backend",
  batchSize: "--batch",
  bitrate: "--bitrate",
  codec: "--codec",
  container: "--container",
  debugView: "--debug-view",
  deinterlace: "--deinterlace",
  end: "--trim",
  frameRate: "--frame-rate",
  integers: "--integers",
  maxLatencyFrames: "--latency",
  model: "--model",
  name: "--model",
  output: "--output",
  patchSize: "--patch",
  quality: "--quality",
  recover: "--recover",
  reuse: "--reuse",
  start: "--trim",
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
  return {
    code: "internal",
    message: error instanceof Error ? (error.stack ?? error.message) : String(error),
    fix: "Report this with the command and the file that led to it; it is a fault of Tatami.",
  };
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

function speakOfFlags(text: string): string {
  return text.replace(/\boptions\.(\w+)/g, (path, option: string) => flagOfOption[option] ?? path);
}
