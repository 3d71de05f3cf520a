/** How a worker made from a string is known to have ended: nothing in the platform tells. */

/** A worker's life, seen from outside. */
export interface WorkerLifetime {
  /** The name of the lock that the worker holds while it lives. */
  readonly lock: string;
  /** Goes before the worker's program: defines `lock`, and `ready`, to be awaited before anything else is done. */
  readonly prelude: string;
  /** Resolves once the worker, told to end, has ended. */
  ended(): Promise<void>;
}

/** Milliseconds from a worker's lock being given back to its end, amply: 100 were not enough on a machine that was busy. */
const endingMs = 250;

/**
 * Plans a worker's life. It holds a lock as long as it lives. And its end has to be known: Chromium never ends a worker
 * that is taken down while a worker of its own is still ending. Chromium gives the lock back some milliseconds before
 * the end, which are waited for too.
 *
 * @param name what the lock is called, with a number of its own behind it.
 */
export function planWorkerLifetime(name: string): WorkerLifetime {
  const lock = `tatami ${name} ${crypto.randomUUID()}`;
  return {
    lock,
    prelude: `
const lock = ${JSON.stringify(lock)};
const ready = new Promise((resolve) => {
  if (!navigator.locks) resolve();
  else navigator.locks.request(lock, () => (resolve(), new Promise(() => {})));
});
`,
    ended: async () => {
      await navigator.locks?.request(lock, () => {});
      await new Promise((resolve) => setTimeout(resolve, endingMs));
    },
  };
}
