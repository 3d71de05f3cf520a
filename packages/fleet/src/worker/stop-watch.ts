/** Looks after the files that a worker is at: one that is cancelled, or has failed elsewhere, is stopped here too. */

import type { Queues } from "../job-data.ts";

/** Milliseconds between looks. */
const interval = 1000;

/** Watches; dispose of it. */
export interface StopWatch extends Disposable {
  /** Runs `use` with a signal that aborts when the file is stopped, or the worker. */
  during<T>(file: string, use: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Whether a file is to be stopped, asked now. */
  isStopped(file: string): Promise<boolean>;
  /** Ends all that is at work, since the worker stops. */
  stopAll(): void;
}

/** Gives a job back to the queue as if it had not been begun, to the front of those of its priority. */
export class HandBack extends Error {}

/** The reason of an abort that ends a worker: what it is at goes back. */
class WorkerStopped extends HandBack {}

/** The reason of an abort that ends a file's work everywhere. */
export class FileStopped extends Error {}

/** Begins watching. */
export function createStopWatch({ redis, stopped }: Queues): StopWatch {
  const running = new Map<AbortController, string>();
  let isOver = false;
  const look = async (): Promise<void> => {
    const files = [...new Set(running.values())];
    if (files.length === 0) return;
    const marks = await redis.smismember(stopped, ...files);
    const gone = new Set(files.filter((_, index) => marks[index] === 1));
    for (const [controller, file] of running) if (gone.has(file)) controller.abort(new FileStopped());
  };
  // Redis may be away for a while: the next look asks again
  const timer = setInterval(() => void look().catch(() => undefined), interval);
  return {
    async during(file, use) {
      const controller = new AbortController();
      if (isOver) controller.abort(new WorkerStopped());
      running.set(controller, file);
      try {
        return await use(controller.signal);
      } finally {
        running.delete(controller);
      }
    },
    isStopped: async (file) => (await redis.sismember(stopped, file)) === 1,
    stopAll() {
      isOver = true;
      for (const controller of running.keys()) controller.abort(new WorkerStopped());
    },
    [Symbol.dispose]: () => clearInterval(timer),
  };
}
