/** Threads that work beside the caller: on chains, on programs, for inference and for training. */

import { startThread } from "#start-thread";
import { TatamiError } from "@tatami/core";
import type { ThreadRequest } from "./requests.ts";
import type { Thread } from "./thread.ts";

/** Some threads. Dispose of it. */
export interface ThreadPool extends AsyncDisposable {
  readonly size: number;
  /** Set once a thread is lost: nothing can be asked any more. */
  readonly failure: TatamiError<"worker-lost"> | undefined;
  /** A number by which something is made known to the threads. */
  newId(): number;
  /**
   * Asks every thread, and resolves when all have answered. One question at a time, in their order. A memory that is
   * being opened must not grow before this has resolved: a thread that is just taking it over may go on with the old
   * size for good, and trap beyond it.
   *
   * @param requestOf by the thread's number
   * @throws TatamiError `worker-lost`; from then on at once.
   */
  ask(requestOf: (thread: number) => ThreadRequest): Promise<void>;
  /** Tells every thread what has no answer. */
  tell(request: Extract<ThreadRequest, { readonly kind: "follow" | "close" }>): void;
}

/**
 * Starts threads, and waits until each has answered.
 *
 * @throws TatamiError `unsupported-environment` when a thread cannot be started, or cannot be given shared memory.
 */
export async function createThreadPool(size: number): Promise<ThreadPool> {
  const threads: Thread[] = [];
  const answers: (() => void)[] = [];
  let fail: (error: TatamiError) => void = () => {};
  let failure: TatamiError<"worker-lost"> | undefined;
  let ids = 0;
  const stop = (): Promise<void> => patiently(Promise.all(threads.map((thread) => thread.stop())));
  const lose = (reason: string): void => {
    failure ??= lostThread(reason);
    fail(failure);
  };
  const askNow = (requestOf: (thread: number) => ThreadRequest): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      if (failure) {
        reject(failure);
        return;
      }
      fail = reject;
      let waiting = threads.length;
      threads.forEach((thread, index) => {
        answers[index] = () => {
          thread.keepAlive(false);
          if (--waiting === 0) resolve();
        };
        thread.keepAlive(true);
        thread.post(requestOf(index));
      });
    });
  // the chain is the queue, bounded by its callers: all threads answer before the next question is asked
  let asked: Promise<unknown> = Promise.resolve();

  try {
    for (let index = 0; index < size; index++) {
      const thread = startThread();
      threads.push(thread);
      thread.listen((answer) => {
        if (answer.kind === "failed") lose(answer.reason);
        else answers[index]?.();
      }, lose);
    }
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    await askNow(() => ({ kind: "probe", memory }));
  } catch (cause) {
    await stop();
    throw new TatamiError({
      code: "unsupported-environment",
      message: `Threads that share memory cannot be started: ${TatamiError.is(cause) ? cause.message : String(cause)}`,
      fix: "In a page, serve it cross-origin isolated; elsewhere set options.threads to 1.",
      cause,
    });
  }
  return {
    size,
    get failure() {
      return failure;
    },
    newId: () => ++ids,
    ask(requestOf) {
      const answered = asked.then(() => askNow(requestOf));
      asked = answered.catch(() => {});
      return answered;
    },
    tell(request) {
      for (const thread of threads) thread.post(request);
    },
    async [Symbol.asyncDispose]() {
      lose("its engine was disposed of");
      await stop();
    },
  };
}

/** Milliseconds that threads have to end. */
const grace = 500;

/** Waits for threads to end, but not for long: a caller that disposes of its engine must come through. */
async function patiently(ended: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([ended, new Promise<void>((resolve) => (timer = setTimeout(resolve, grace)))]);
  clearTimeout(timer);
}

/** What is said when a thread is gone. */
export function lostThread(reason: string): TatamiError<"worker-lost"> {
  return new TatamiError({
    code: "worker-lost",
    message: `A thread of the WebAssembly engine stopped: ${reason}.`,
    fix: "A film goes on by the next engine, a training from its last checkpoint; with little memory use fewer threads.",
    detail: { reason },
  });
}
