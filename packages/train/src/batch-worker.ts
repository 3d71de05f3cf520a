/** A thread that helps with every batch until told to stop. */

import { workerData } from "node:worker_threads";
import { CONTROL, createBatchRunner } from "./batch.ts";
import type { BatchJob } from "./batch.ts";

const job = workerData as BatchJob;
const runItems = createBatchRunner(job);
const control = new Int32Array(job.memory.control);
let step = 0;
for (;;) {
  Atomics.wait(control, CONTROL.step, step);
  if (Atomics.load(control, CONTROL.stop) === 1) break;
  step = Atomics.load(control, CONTROL.step);
  runItems();
}
