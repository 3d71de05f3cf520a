/** A thread's whole program in a browser; what runs is the text that a build makes of it. */

import { holdWorkerLock } from "@tatami/core";
import { serveThread } from "./serve-thread.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
const serve = serveThread((answer) => postMessage(answer), holdWorkerLock());
addEventListener("message", ({ data }) => serve(data));
