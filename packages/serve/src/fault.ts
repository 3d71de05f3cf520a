/** What the service answers where it cannot do as asked: a closed set of codes, each with its HTTP status. */

import { outputFailed, TatamiError } from "@tatami/core";
import type { ErrorCode } from "@tatami/core";

/** What can go wrong with a request, beside what can with a video. */
export type RequestCode =
  | "malformed-request"
  | "unauthorized"
  | "forbidden-origin"
  | "forbidden-host"
  | "forbidden-address"
  | "no-such-place"
  | "no-such-job"
  | "result-not-ready"
  | "upload-too-large"
  | "unsupported-body"
  | "range-not-satisfiable"
  | "stopping";

/** All codes of answers and of jobs that failed. */
export type FaultCode = ErrorCode | RequestCode;

/** The one mapping. */
const statuses: Readonly<Record<FaultCode, number>> = {
  "malformed-request": 400,
  "invalid-option": 400,
  "invalid-model": 400,
  unauthorized: 401,
  "forbidden-origin": 403,
  "forbidden-host": 403,
  "forbidden-address": 403,
  "no-such-place": 404,
  "no-such-job": 404,
  "input-not-found": 404,
  "result-not-ready": 409,
  "upload-too-large": 413,
  "unsupported-body": 415,
  "unsupported-container": 415,
  "unsupported-codec": 415,
  "range-not-satisfiable": 416,
  "unsupported-feature": 422,
  "damaged-input": 422,
  "encrypted-input": 422,
  "queue-overflow": 429,
  internal: 500,
  "unsupported-environment": 500,
  "missing-package": 500,
  "wrong-answer": 500,
  "device-lost": 500,
  "worker-lost": 500,
  "connection-lost": 502,
  "out-of-memory": 503,
  stopping: 503,
  "output-failed": 507,
};

/** All codes, for the document. */
export const faultCodes: readonly FaultCode[] = Object.keys(statuses) as FaultCode[];

/** What is answered, and kept of a job that failed. */
export interface FaultBody {
  readonly code: FaultCode;
  readonly message: string;
  readonly fix: string;
}

/** A request that cannot be met. */
export class Fault extends Error implements FaultBody {
  readonly code: FaultCode;
  readonly fix: string;

  constructor({ code, message, fix }: FaultBody, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
    this.fix = fix;
  }
}

/** The HTTP status of a code. */
export function statusOf(code: FaultCode): number {
  return statuses[code];
}

/** Whatever was thrown, as it is answered. What is no error of ours or of the system says nothing of itself. */
export function toFault(error: unknown): FaultBody {
  if (error instanceof Fault || TatamiError.is(error)) {
    const { code, message, fix } = error;
    return { code, message, fix };
  }
  if (error instanceof Error && "syscall" in error) return toFault(outputFailed("The job's file", error));
  return {
    code: "internal",
    message: "Something went wrong that should not have.",
    fix: "Look at what the service printed, and report it; it is a fault of Tatami.",
  };
}
