/** How a worker made from a string is known to have ended: nothing in the platform tells. */

/** A worker's life, seen from outside. */
export interface WorkerLifetime {
  /** What the worker has to be called (`new Worker(url, { name })`): the lock that it holds while it lives. */
  readonly name: string;
  /** Resolves once the worker, told to end, has ended. */
  ended(): Promise<void>;
}

/** Milliseconds from a worker's lock being given back to its end, amply: 100 were not enough on a machine that was busy. */
const endingMs = 300;
/** On a busier one giving the lock back takes longer too: then so many times as long, up to `mostMs`. */
const lockTimes = 4;
const mostMs = 2000;

/**
 * Plans a worker's life. It holds a lock as long as it lives ({@link holdWorkerLock}). And its end has to be known:
 * Chromium never ends a worker that is taken down while a worker of its own is still ending. Chromium gives the lock back
 * some milliseconds before the end, which are waited for too ({@link workersEnded}).
 *
 * @param kind what the worker is called, with a number of its own behind it.
 */
export function planWorkerLifetime(kind: string): WorkerLifetime {
  const name = `tatami ${kind} ${crypto.randomUUID()}`;
  return {
    name,
    ended: () => workersEnded(name),
  };
}

/** Resolves once the workers that hold a lock, and were told to end, have ended. */
export async function workersEnded(lock: string): Promise<void> {
  const begun = performance.now();
  await navigator.locks?.request(lock, () => {});
  const slow = Math.min(mostMs, lockTimes * (performance.now() - begun));
  await new Promise((resolve) => setTimeout(resolve, Math.max(endingMs, slow)));
}

/** Holds a lock for ever; resolves once it is held, or cannot be had here. @param name without one, the worker's own. */
export function holdWorkerLock(name: string = (globalThis as { name?: string }).name ?? ""): Promise<void> {
  return new Promise((resolve) => {
    if (!globalThis.navigator?.locks) resolve();
    else void navigator.locks.request(name, { mode: "shared" }, () => (resolve(), new Promise(() => {})));
  });
}
