/** Threads in a browser: workers made from a string, so that no bundler has to find a file. */

import type { Thread } from "./thread.ts";

/** Starts a thread that runs `source`, which listens with `self.onmessage` and answers first when `ready`. */
export function startThread(source: string): Thread {
  const lock = `tatami thread ${crypto.randomUUID()}`;
  const url = URL.createObjectURL(new Blob([prelude(lock), source], { type: "text/javascript" }));
  const worker = new Worker(url);
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    post: (message) => worker.postMessage(message),
    listen(onMessage, onError) {
      worker.addEventListener("message", ({ data }) => onMessage(data));
      worker.addEventListener("error", ({ message }) => onError(message ?? "a worker could not be started"));
    },
    keepAlive: () => {},
    async stop() {
      worker.terminate();
      URL.revokeObjectURL(url);
      // had once the thread is gone, or nearly: Chromium gives it back some milliseconds before the end
      await navigator.locks?.request(lock, () => {});
      await new Promise((resolve) => setTimeout(resolve, endingMs));
    },
  };
}

/** Milliseconds from a thread's lock being given back to its end, amply. */
const endingMs = 100;

/**
 * A thread holds a lock for as long as it lives: nothing else tells that it has ended. And that has to be known, for
 * Chromium never ends a worker that is taken down while a worker of its own is still ending.
 */
const prelude = (lock: string): string => `
const ready = new Promise((resolve) => {
  if (!navigator.locks) resolve();
  else navigator.locks.request(${JSON.stringify(lock)}, () => (resolve(), new Promise(() => {})));
});
`;
