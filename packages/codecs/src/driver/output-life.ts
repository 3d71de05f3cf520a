/** An output is being written, then finished or cancelled; whatever goes wrong cancels it, and nothing is left. */

import { abortable, throwIfAborted } from "@tatami/core";
import { checkWriting } from "./check-writing.ts";

/** What ends a life. */
export interface OutputEnd {
  /**
   * Ends waits that may have no end, such as for a place that takes no more.
   *
   * @returns when nothing is under way any more that has to come to its end before what is open is let go of
   */
  settle(working: Promise<unknown>): Promise<unknown>;
  /** Lets go of all that is open; more than once is harmless. */
  release(): Promise<void>;
  /** Throws away what was written. */
  discard(): Promise<void>;
  /** Makes the project's one error of what was thrown. */
  explain(error: unknown): unknown;
}

/** Guards the work on an output. */
export interface OutputLife {
  /** Does a piece of work; an error or an abort cancels the output before it is thrown, unless the work finished it. */
  guarded<T>(work: () => Promise<T>): Promise<T>;
  /** Says that it is whole and kept. */
  finished(): void;
  /** Once only, and not when it is finished. */
  cancel(): Promise<void>;
}

/** Begins it. */
export function createOutputLife(
  signal: AbortSignal | undefined,
  { settle, release, discard, explain }: OutputEnd,
): OutputLife {
  let state: "writing" | "finished" | "cancelled" = "writing";
  let cancelling: Promise<void> | undefined;
  let working: Promise<unknown> = Promise.resolve();
  const isFinished = (): boolean => state === "finished";
  const cancel = (): Promise<void> => {
    if (isFinished()) return Promise.resolve();
    state = "cancelled";
    cancelling ??= (async () => {
      await settle(working).catch(() => undefined);
      // what came to be whole meanwhile is kept
      if (isFinished()) return;
      await release().catch(() => undefined);
      await discard().catch(() => undefined);
    })();
    return cancelling;
  };
  return {
    cancel,
    finished: () => void (state = "finished"),
    guarded: async <T>(work: () => Promise<T>) => {
      let under: Promise<T> | undefined;
      try {
        throwIfAborted(signal);
        checkWriting(state);
        under = work();
        working = under;
        return await abortable(under, signal);
      } catch (error) {
        await cancel();
        // the abort came when the file had its name: to say that there is none would not be true
        if (under && isFinished()) return under;
        throwIfAborted(signal);
        throw explain(error);
      }
    },
  };
}
