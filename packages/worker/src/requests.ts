/** Requests to a worker that always come to an end: by its answer, by its loss, or by an abort. */

import { TatamiError } from "@tatami/core";
import type { Answer } from "./wire/protocol.ts";
import { fromWireError } from "./wire/wire-error.ts";

/** What a request needs beside its answer. */
export interface RequestOptions<T> {
  readonly signal?: AbortSignal | undefined;
  /** Called when the signal ended the wait, to tell the worker. */
  readonly onAbort?: () => void;
  /** Given what came after the wait had ended, to free it. */
  readonly onLate?: (value: T) => void;
}

/** The requests under way. */
export interface Requests {
  /**
   * Waits for an answer.
   *
   * @throws what the worker threw, `signal.reason` as it is, or what {@link Requests.fail} was called with.
   */
  wait<T>(ask: () => PromiseLike<Answer<T>>, options?: RequestOptions<T>): Promise<T>;
  /** Ends all waits, and all later ones at once. */
  fail(error: Error): void;
  /** What they were ended with. */
  readonly failure: Error | undefined;
}

/** No request yet. Their callers bound how many there are. */
export function createRequests(): Requests {
  const waiting = new Set<(error: Error) => void>();
  let failure: Error | undefined;
  return {
    get failure() {
      return failure;
    },
    fail(error) {
      failure ??= error;
      for (const each of waiting) each(failure);
    },
    wait: (ask, { signal, onAbort, onLate } = {}) =>
      new Promise((resolve, reject) => {
        if (failure) return reject(failure);
        if (signal?.aborted) return reject(signal.reason);
        let settled = false;
        const settle = (): boolean => {
          if (settled) return false;
          settled = true;
          waiting.delete(fail);
          signal?.removeEventListener("abort", abort);
          return true;
        };
        const fail = (error: unknown): void => {
          if (settle()) reject(error);
        };
        const abort = (): void => {
          fail(signal?.reason);
          onAbort?.();
        };
        waiting.add(fail);
        signal?.addEventListener("abort", abort, { once: true });
        const hear = async (): Promise<void> => {
          const given = await ask();
          if ("error" in given) fail(fromWireError(given.error));
          else if (settle()) resolve(given.value);
          else onLate?.(given.value);
        };
        hear().catch((cause: unknown) => fail(unsent(cause)));
      }),
  };
}

function unsent(cause: unknown): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `What was meant for the worker cannot be sent: ${String(cause)}.`,
    fix: "Give plain data as options, and frames whose buffers nobody else holds.",
    cause,
  });
}
