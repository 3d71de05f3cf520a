/** Runs the pipeline in a worker of its own. */

import { startJob } from "@tatami/example-parts/job";
import type { Job } from "@tatami/example-parts/job";
import { proxy } from "comlink";
import type { PipelineRequest, PipelineResult, PipelineUpdate, PipelineWorker } from "./protocol.ts";

/** A run under way. */
export type PipelineJob = Job<PipelineWorker, { readonly result: PipelineResult }>;

export const startPipeline = (
  request: PipelineRequest,
  onUpdate: (update: PipelineUpdate) => void,
): PipelineJob =>
  startJob({
    worker: new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "pipeline" }),
    run: (remote, hasEnded) =>
      remote.run(
        request,
        proxy((update) => hasEnded() || onUpdate(update)),
      ),
    fix: "Reload the page and try again; if it happens again, try a shorter or smaller video.",
  });
