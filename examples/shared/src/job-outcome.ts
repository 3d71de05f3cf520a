/** The worker's side of a job: whatever becomes of it is an answer. */

import type { SerializedTatamiError } from "@tatami/core";
import { TatamiError } from "@tatami/core";
import type { JobOutcome } from "./job.ts";

/** Does the work, and says how it ended. */
export const outcomeOf = async <Done extends object>(
  work: () => Promise<Done>,
  signal: AbortSignal,
): Promise<JobOutcome<Done>> => {
  try {
    return { kind: "done", ...(await work()) };
  } catch (error) {
    if (signal.aborted) return { kind: "cancelled" };
    return { kind: "failed", error: serializeError(error) };
  }
};

/** An error in its wire form; one that is not Tatami's is a bug, and the page says what to do about those. */
export const serializeError = (error: unknown): SerializedTatamiError => {
  if (TatamiError.is(error)) return error.toJSON();
  return {
    code: "internal",
    message: error instanceof Error ? error.message : String(error),
    fix: "Report this as a bug.",
    detail: {},
    ...(error instanceof Error && error.stack !== undefined ? { stack: error.stack } : {}),
  };
};
