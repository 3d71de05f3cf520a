/** What went wrong while writing, in the project's one error. */

import { getSystemErrorName } from "node:util";
import { outputFailed, TatamiError } from "@tatami/core";
import type { NodeAv } from "../node-av.ts";
import type { Sink } from "./file/sink.ts";

/** Aborts and own errors go through; FFmpeg's are of the place written to where a system's number says so, else the encoder's. */
export function explainWriting(
  nodeAv: NodeAv,
  error: unknown,
  sink: Pick<Sink, "name" | "failure">,
): unknown {
  if (TatamiError.is(error) || (error instanceof DOMException && error.name === "AbortError")) return error;
  if (sink.failure !== undefined) return outputFailed(sink.name, sink.failure);
  if (!(error instanceof nodeAv.FFmpegError)) return error;
  const system = systemErrorOf(error.code);
  if (system) return outputFailed(sink.name, system);
  return new TatamiError({
    code: "unsupported-codec",
    message: `The output cannot be encoded: ${error.message}.`,
    fix: "Choose another codec (codec, --codec), or a smaller size.",
    cause: error,
  });
}

/** FFmpeg's numbers of the system's own errors are the system's, below 0. An invalid argument is no fault of the place. */
function systemErrorOf(code: number): (Error & { readonly code: string }) | undefined {
  if (code >= 0 || code < -4095) return undefined;
  const name = getSystemErrorName(code);
  if (/^Unknown|^EINVAL$|^ENOMEM$/.test(name)) return undefined;
  return Object.assign(new Error(name), { code: name });
}
