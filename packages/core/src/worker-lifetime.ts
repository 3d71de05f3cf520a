/** How a worker made from a string is known to have ended: nothing in the platform tells. */

/** A worker's life, seen from outside. */
export interface WorkerLifetime {
  /** What the worker has to be called (`new Worker(url, { name })`): the lock that it holds while it lives. */
  readonly name: string;
  /** Resolves once the worker, told to end, has ended. */
  ended(): Promise<void>;
}

/** Turns of work, some 2 ms each on a machine that does nothing else, that a worker gives its own to end in. */
const turns = 64;

/**
 * Plans a worker's life. It holds a lock as long as it lives ({@link holdWorkerLock}). And its end has to be known:
 * Chromium never ends a worker that is taken down while a worker of its own is still ending. Chromium gives the lock back
 * a little before the end, which is waited for too ({@link workersEnded}).
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

/**
 * Resolves once the workers that hold a lock, and were told to end, have ended. In a worker that is some work later: no
 * time is long enough for what they still have to do on a machine that is busy, but it gives every thread its share, and
 * while this one works they get as much of it. A page's own end takes all with it, and needs no more than the lock.
 */
export async function workersEnded(lock: string): Promise<void> {
  await navigator.locks?.request(lock, () => {});
  if ("document" in globalThis) return;
  for (let turn = 0; turn < turns; turn++) await work();
}

/** What the work has come to, so that nobody leaves it out. */
let state = 1;

/** Keeps this thread busy for a moment, then lets it hear of workers that have ended. */
function work(): Promise<void> {
  for (let step = 0; step < 1_000_000; step++) state = Math.imul(state, 1_664_525) + 1;
  return new Promise((resolve) => setTimeout(resolve));
}

/** Holds a lock for ever; resolves once it is held, or cannot be had here. @param name without one, the worker's own. */
export function holdWorkerLock(name: string = (globalThis as { name?: string }).name ?? ""): Promise<void> {
  return new Promise((resolve) => {
    if (!globalThis.navigator?.locks) resolve();
    else void navigator.locks.request(name, { mode: "shared" }, () => (resolve(), new Promise(() => {})));
  });
}
