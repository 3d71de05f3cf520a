/** A batch pool on Node's worker threads. */

import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { BatchJob } from "./batch.ts";
import { builtFile } from "../built-file.ts";
import type { BatchPool } from "./join-batch-pool.ts";
import { joinBatchPool } from "./join-batch-pool.ts";

/** Starts `threads` − 1 workers. @throws TatamiError `worker-lost` when one cannot start. */
export function createBatchPool(init: Omit<BatchJob, "memory">, threads: number): Promise<BatchPool> {
  return joinBatchPool(init, threads, async (job, onError) => {
    // the program's own flags (loaders, conditions) are not for a built file
    const worker = new Worker(builtFile("run/batch/batch-worker.js"), { workerData: job, execArgv: [] });
    worker.on("error", onError);
    await once(worker, "online");
    return { stop: () => worker.terminate() };
  });
}
