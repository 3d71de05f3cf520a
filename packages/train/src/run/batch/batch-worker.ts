/** A thread of Node's that helps with every batch until told to stop. */

import { workerData } from "node:worker_threads";
import { helpWithBatches } from "./batch.ts";
import type { BatchJob } from "./batch.ts";

helpWithBatches(workerData as BatchJob);
