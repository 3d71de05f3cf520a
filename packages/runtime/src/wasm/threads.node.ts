/** Threads in Node. */

import { Worker } from "node:worker_threads";
import type { Thread } from "./thread.ts";

/** Starts a thread that runs `source`, which listens with `self.onmessage` and answers first when `ready`. */
export function startThread(source: string): Thread {
  // the program's own flags (loaders, --input-type) are not for this source
  const worker = new Worker(prelude + source, { eval: true, execArgv: [] });
  let stopped = false;
  // a started thread keeps the process only while it has work
  worker.unref();
  return {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    post: (message) => worker.postMessage(message),
    listen(onMessage, onError) {
      worker.on("message", onMessage);
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

/** Gives Node's worker the names a browser's worker has. */
const prelude = `
const { parentPort } = require("node:worker_threads");
const self = { set onmessage(listen) { parentPort.on("message", (data) => listen({ data })); } };
const postMessage = (data) => parentPort.postMessage(data);
const ready = Promise.resolve();
`;
