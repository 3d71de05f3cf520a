/** The one error class: a closed code, what happened, and what to do about it. */

/** What can go wrong, as a closed set that survives a worker boundary. */
export type ErrorCode =
  | "invalid-option"
  | "unsupported-environment"
  | "missing-package"
  | "unsupported-container"
  | "unsupported-codec"
  | "unsupported-feature"
  | "damaged-input"
  | "encrypted-input"
  | "invalid-model"
  | "wrong-answer"
  | "device-lost"
  | "out-of-memory"
  | "queue-overflow"
  | "worker-lost"
  | "input-not-found"
  | "connection-lost"
  | "output-failed"
  | "internal";

/** Plain facts about an error, for programs. */
export type ErrorDetail = Readonly<Record<string, string | number | boolean>>;

/** The wire form of a {@link TatamiError}; plain data only. */
export interface SerializedTatamiError<C extends ErrorCode = ErrorCode> {
  readonly code: C;
  /** What happened, with the values seen. */
  readonly message: string;
  /** What the reader can do about it, in the imperative. Never empty. */
  readonly fix: string;
  readonly detail: ErrorDetail;
  readonly stack?: string;
}

/** What a {@link TatamiError} is made from. */
export interface TatamiErrorInit<C extends ErrorCode = ErrorCode> {
  readonly code: C;
  readonly message: string;
  readonly fix: string;
  readonly detail?: ErrorDetail;
  readonly cause?: unknown;
}

/**
 * Every failure Tatami reports. Told apart by `code`, never by subclass, so it keeps its meaning
 * across package copies and worker boundaries.
 *
 * An abort is not a TatamiError: `signal.reason` is thrown as it is.
 */
export class TatamiError<C extends ErrorCode = ErrorCode> extends Error {
  readonly code: C;
  readonly fix: string;
  readonly detail: ErrorDetail;
  /** Marks the class across package copies. */
  readonly isTatamiError = true as const;

  constructor(init: TatamiErrorInit<C>) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = "TatamiError";
    this.code = init.code;
    this.fix = init.fix;
    this.detail = init.detail ?? {};
  }

  /** Whether a value is a TatamiError (of any package copy), and of this code if one is given. */
  static is<C extends ErrorCode>(value: unknown, code?: C): value is TatamiError<C> {
    if (typeof value !== "object" || value === null || !("isTatamiError" in value)) return false;
    return code === undefined || (value as TatamiError).code === code;
  }

  /** Rebuilds an error from its wire form. */
  static from(value: SerializedTatamiError): TatamiError {
    const error = new TatamiError(value);
    if (value.stack !== undefined) error.stack = value.stack;
    return error;
  }

  toJSON(): SerializedTatamiError<C> {
    const { code, message, fix, detail, stack } = this;
    return stack === undefined ? { code, message, fix, detail } : { code, message, fix, detail, stack };
  }
}

/** A candidate that was tried and set aside, and why. Data, not a log line. */
export interface Rejection<Name extends string = string> {
  readonly candidate: Name;
  readonly error: TatamiError;
}
