/** Threads in Node. */

import { Worker } from "node:worker_threads";
import { program } from "../generated/thread-program.node.ts";
import type { Thread } from "./thread.ts";

/** Starts a thread. */
export function startThread(): Thread {
  // the process's own flags (loaders, --input-type) are not for this program
  const worker = new Worker(program, { eval: true, execArgv: [] });
  let stopped = false;
  // a started thread keeps the process only while it has work
  worker.unref();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    post: (request) => worker.postMessage(request),
    listen(onAnswer, onError) {
      worker.on("message", onAnswer);
      worker.on("error", (error) => onError(String(error)));
      worker.on("exit", () => {
        if (!stopped) onError("the thread ended");
      });
    },
    keepAlive: (busy) => (busy ? worker.ref() : worker.unref()),
    async stop() {
      stopped = true;
      await worker.terminate();
    },
  };
}
