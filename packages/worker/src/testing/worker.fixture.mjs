/** A worker file as anyone would write it, that also tells its frame ledger to those who ask, and dies when told to. */

import { parentPort } from "node:worker_threads";
import { frameLedger } from "@tatami/core";
import { exposeUpscaler } from "@tatami/worker";

exposeUpscaler();

parentPort.on("message", (message) => {
  if (message === "ledger") {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's parent has none
    parentPort.postMessage({ ledger: { open: frameLedger.open, peak: frameLedger.peak } });
  }
  if (message === "reset ledger") frameLedger.reset();
  if (message === "die") process.exit(7);
});
