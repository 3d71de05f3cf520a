/** Threads in a browser: workers made from a string, so that no bundler has to find a file. */

import { planWorkerLifetime } from "@tatami/core";
import { program } from "../generated/thread-program.ts";
import type { ThreadAnswer } from "./requests.ts";
import type { Thread } from "./thread.ts";

/** Starts a thread. */
export function startThread(): Thread {
  const { name, ended } = planWorkerLifetime("thread");
  const url = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
  const worker = new Worker(url, { name });
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    post: (request) => worker.postMessage(request),
    listen(onAnswer, onError) {
      worker.addEventListener("message", ({ data }: MessageEvent<ThreadAnswer>) => onAnswer(data));
      worker.addEventListener("error", ({ message }) => onError(message ?? "a worker could not be started"));
    },
    keepAlive: () => {},
    async stop() {
      worker.terminate();
      URL.revokeObjectURL(url);
      await ended();
    },
  };
}
