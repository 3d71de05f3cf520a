/** Real workers for tests, and what their frame ledgers say. */

import { Worker } from "node:worker_threads";

/** Starts a worker whose file calls `exposeUpscaler()`; it runs what was built. */
export function startWorker(): Worker {
  return new Worker(new URL("./worker.fixture.mjs", import.meta.url), { execArgv: [] });
}

/** Frames open in a worker, and the most that ever were. */
export interface Ledger {
  readonly open: number;
  readonly peak: number;
}

/** Asks a worker for its frame ledger. */
export function ledgerOf(worker: Worker): Promise<Ledger> {
  return new Promise((resolve) => {
    const hear = (message: { readonly ledger?: Ledger }): void => {
      if (!message.ledger) return;
      worker.off("message", hear);
      resolve(message.ledger);
    };
    worker.on("message", hear);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
    worker.postMessage("ledger");
  });
}

/** Says something to a worker: that it forget its ledger, or that it die. */
export function tell(worker: Worker, message: "reset ledger" | "die"): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(message);
}
