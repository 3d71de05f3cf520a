/** Runs one tuning in a worker of its own. */

import { startJob } from "@tatami/example-parts/job";
import type { Job } from "@tatami/example-parts/job";
import { proxy } from "comlink";
import type { TuneRequest, TuneResult, TuneUpdate, TuneWorker } from "./protocol.ts";

/** A run under way. */
export type Tuning = Job<TuneWorker, { readonly result: TuneResult }>;

export const startTuning = (request: TuneRequest, onUpdate: (update: TuneUpdate) => void): Tuning =>
  startJob({
    worker: new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "tune" }),
    run: (remote, hasEnded) =>
      remote.run(
        request,
        proxy((update) => hasEnded() || onUpdate(update)),
      ),
    fix: "Reload the page and try again, with fewer frames if memory was short.",
  });
