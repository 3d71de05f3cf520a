/** The one error class: a closed code, what happened, and what to do about it. */

/** What can go wrong, as a closed set that survives a worker boundary. */
export type ErrorCode =
  /** An option, an argument or a flag is not one, or out of its range. The message has its whole path, the rule and the value seen. */
  | "invalid-option"
  /** This machine, browser or page lacks something that is needed: WebCodecs, SIMD, a GPU, a secure context. */
  | "unsupported-environment"
  /** An optional package is not installed, or could not be loaded. */
  | "missing-package"
  /** The input is no media file, or of a kind that no driver here reads. */
  | "unsupported-container"
  /** The picture's or the sound's codec cannot be decoded here, or what was asked for cannot be encoded. */
  | "unsupported-codec"
  /** The input is read, but has something that is not done: more bits than 8, a size that changes, another scale. */
  | "unsupported-feature"
  /** The input is broken or cut off at a place that is named. */
  | "damaged-input"
  /** The input is protected against copying. */
  | "encrypted-input"
  /** A model's file or graph is not one that can be run, trained or written. */
  | "invalid-model"
  /** An engine or a trained network was tried, and what it gave is not good enough to be used. */
  | "wrong-answer"
  /** The GPU's device was lost, more often than it is opened anew. */
  | "device-lost"
  /** Memory, of the machine or of the GPU, does not suffice. */
  | "out-of-memory"
  /** More came than a bounded queue holds, and what is too much was to be an error. */
  | "queue-overflow"
  /** A worker, a thread or a process ended while it was at work. */
  | "worker-lost"
  /** There is no such file, address, camera, job or folder, or it may not be read. */
  | "input-not-found"
  /** A connection to a stream, a server or a store broke, and did not come back in time. */
  | "connection-lost"
  /** The output cannot be written: a full disk, a name that is taken, a reader that left. */
  | "output-failed"
  /** A fault of Tatami's own, or of how it is called: a frame used after it was closed. */
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
