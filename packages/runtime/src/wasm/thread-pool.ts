/** Threads that run the inference kernels on memories they share with the caller. */

import { startThread } from "#threads";
import { TatamiError } from "@tatami/core";
import type { Thread } from "./thread.ts";

/** What a thread is told of one prepared model. */
export interface ThreadTask {
  /** Names the prepared model in later messages. */
  readonly id: number;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Address of this thread's own plan. */
  readonly plan: number;
}

/** A wave of jobs, as `takeJobs` wants them. */
export interface Wave {
  readonly jobs: number;
  readonly count: number;
  readonly next: number;
}

/** Some threads. Dispose of it. */
export interface ThreadPool extends AsyncDisposable {
  readonly size: number;
  /**
   * Makes a prepared model known; `plans` has one address a thread. The memory must not grow before this has resolved:
   * a thread that is just taking it over may go on with the old size for good, and trap beyond it.
   *
   * @throws TatamiError `worker-lost`.
   */
  open(
    id: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    plans: readonly number[],
  ): Promise<void>;
  /**
   * Resolves when every thread has found no more jobs. One wave at a time, in the order they were asked for.
   *
   * @throws TatamiError `worker-lost`; from then on at once.
   */
  run(id: number, wave: Wave): Promise<void>;
  close(id: number): void;
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
  let failure: TatamiError | undefined;
  const stop = (): Promise<void> => patiently(Promise.all(threads.map((thread) => thread.stop())));
  const lose = (reason: string): void => {
    failure ??= lost(reason);
    fail(failure);
  };
  // the chain is the queue, bounded by its callers: all threads answer before the next question is asked
  let asked: Promise<unknown> = Promise.resolve();
  const inTurn = (post: (thread: Thread, index: number) => void): Promise<void> => {
    const answered = asked.then(() => ask(post));
    asked = answered.catch(() => {});
    return answered;
  };
  const ask = (post: (thread: Thread, index: number) => void): Promise<void> =>
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
        post(thread, index);
      });
    });

  try {
    for (let index = 0; index < size; index++) {
      const thread = startThread(threadSource);
      threads.push(thread);
      thread.listen((message) => {
        if (typeof message === "string") lose(message);
        else answers[index]?.();
      }, lose);
    }
    const probe = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    await ask((thread) => thread.post({ probe }));
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
    open: (id, module, memory, plans) =>
      inTurn((thread, index) =>
        thread.post({ open: { id, module, memory, plan: plans[index]! } satisfies ThreadTask }),
      ),
    run: (id, { jobs, count, next }) => inTurn((thread) => thread.post({ run: { id, jobs, count, next } })),
    close(id) {
      for (const thread of threads) thread.post({ close: id });
    },
    async [Symbol.asyncDispose]() {
      lose("its engine was disposed of");
      await stop();
    },
  };
}

/** A thread's whole program: instances by name, and what to do with them. */
const threadSource = `
const open = new Map();
self.onmessage = ({ data }) => {
  try {
    if (data.open) {
      const { id, module, memory, plan } = data.open;
      open.set(id, { plan, run: new WebAssembly.Instance(module, { env: { memory } }).exports });
      postMessage(0);
    } else if (data.run) {
      const { id, jobs, count, next } = data.run;
      const { plan, run } = open.get(id);
      run.takeJobs(plan, jobs, count, next);
      postMessage(0);
    } else if (data.probe) ready.then(() => postMessage(0));
    else open.delete(data.close);
  } catch (error) {
    postMessage(String(error));
  }
};
`;

/** Milliseconds that threads have to end. */
const grace = 500;

/** Waits for threads to end, but not for long: a caller that disposes of its engine must come through. */
async function patiently(ended: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  await Promise.race([ended, new Promise<void>((resolve) => (timer = setTimeout(resolve, grace)))]);
  clearTimeout(timer);
}

function lost(reason: string): TatamiError<"worker-lost"> {
  return new TatamiError({
    code: "worker-lost",
    message: `A thread of the WebAssembly engine stopped: ${reason}.`,
    fix: "Nothing needs doing, the next engine is used; with little memory lower options.threads.",
    detail: { reason },
  });
}
