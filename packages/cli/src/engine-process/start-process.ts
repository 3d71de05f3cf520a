/** Starts the engine's thread. */

import { Worker } from "node:worker_threads";
import type { EngineThread } from "./connect.ts";

/** A thread that runs `worker.js`, which lies beside this file once built. */
export function startThread(): EngineThread {
  const worker = new Worker(new URL("./worker.js", import.meta.url));
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread is no window
    send: (request) => worker.postMessage(request),
    onMessage: (listener) => void worker.on("message", listener),
    onDeath(listener) {
      worker.on("error", listener);
      worker.on("exit", (code) => listener(new Error(`it left with code ${code}`)));
    },
    terminate: () => worker.terminate(),
  };
}
