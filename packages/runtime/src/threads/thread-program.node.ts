/** A thread's whole program in Node; what runs is the text that a build makes of it. */

import { parentPort } from "node:worker_threads";
import { serveThread } from "./serve-thread.ts";

const port = parentPort!;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has none
port.on(
  "message",
  serveThread((answer) => port.postMessage(answer)),
);
