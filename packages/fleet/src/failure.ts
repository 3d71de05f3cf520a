/** Failures as the queues keep them: a TatamiError's code, message and fix, and whether trying again could help. */

import { TatamiError } from "@tatami/core";
import type { ErrorCode } from "@tatami/core";
import { UnrecoverableError } from "bullmq";

/** Why a job failed. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
  readonly fix: string;
  /** From 0; absent where it was the file as a whole. */
  readonly segment?: number;
}

/** Codes that say the same of the same file and options, however often and wherever they are tried. */
const final: readonly ErrorCode[] = [
  "invalid-option",
  "unsupported-container",
  "unsupported-codec",
  "unsupported-feature",
  "damaged-input",
  "encrypted-input",
  "invalid-model",
  "input-not-found",
];

/** Whether a failure is one that no retry can mend. */
export function isFinal({ code }: Failure): boolean {
  return final.includes(code);
}

/** Whatever was thrown, as it is kept. */
export function toFailure(error: unknown, segment?: number): Failure {
  const where = segment === undefined ? {} : { segment };
  if (TatamiError.is(error)) {
    const { code, message, fix } = error;
    return { code, message, fix, ...where };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: "internal", message, fix: "Report this with the file; it is a fault of Tatami.", ...where };
}

/**
 * The error that BullMQ is given: its message is the failure, and its kind says whether it is tried again.
 *
 * @param isLast whether it is not, whatever it is. @defaultValue whether no retry can mend it
 */
export function toThrow(failure: Failure, { isLast = isFinal(failure) }: { isLast?: boolean } = {}): Error {
  const text = JSON.stringify(failure);
  const error = isLast ? new UnrecoverableError(text) : new Error(text);
  // ours says all there is: a stack of this place would only be kept, for each attempt
  error.stack = `${failure.code}: ${failure.message}`;
  return error;
}

/** A failure as it was kept; BullMQ's own are of workers that were lost. */
export function fromReason(reason: string | undefined): Failure {
  try {
    const found = JSON.parse(reason ?? "") as Failure;
    if (typeof found.code === "string" && typeof found.fix === "string") return found;
  } catch {
    // not one of ours
  }
  return {
    code: "worker-lost",
    message: `Workers were lost over it: ${reason ?? "no reason is known"}.`,
    fix: "Look whether workers run out of memory; then submit the file again, with fewer at a time on a machine.",
  };
}
