/** A thread, whichever way the environment makes them. */

import type { ThreadAnswer, ThreadRequest } from "./requests.ts";

/** Runs beside the caller and answers requests. */
export interface Thread {
  post(request: ThreadRequest): void;
  /** To be called once, before the first request. */
  listen(onAnswer: (answer: ThreadAnswer) => void, onError: (reason: string) => void): void;
  /** Whether the process must stay for this thread's sake. */
  keepAlive(busy: boolean): void;
  /** Resolves when nothing of it is left. */
  stop(): Promise<void>;
}
