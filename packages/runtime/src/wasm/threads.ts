/** Threads in a browser: workers made from a string, so that no bundler has to find a file. */

import { planWorkerLifetime } from "@tatami/core";
import type { Thread } from "./thread.ts";

/** Starts a thread that runs `source`, which listens with `self.onmessage` and answers first when `ready`. */
export function startThread(source: string): Thread {
  const lifetime = planWorkerLifetime("thread");
  const url = URL.createObjectURL(new Blob([lifetime.prelude, source], { type: "text/javascript" }));
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
      await lifetime.ended();
    },
  };
}
