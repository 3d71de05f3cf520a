/** Runs one job in a worker of its own. */

import { startJob } from "@tatami/example-parts/job";
import type { Job } from "@tatami/example-parts/job";
import { proxy } from "comlink";
import type { JobListener, JobRequest, JobResult, UpscaleWorker } from "./protocol.ts";

/** A job under way. */
export type UpscaleJob = Job<UpscaleWorker, JobResult>;

export const startUpscaleJob = (request: JobRequest, listener: JobListener): UpscaleJob =>
  startJob({
    worker: new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "upscale" }),
    run: (remote, hasEnded) =>
      remote.run(
        request,
        proxy((progress) => hasEnded() || listener.onProgress(progress)),
        proxy((picture, time) => (hasEnded() ? picture.close() : listener.onPreview(picture, time))),
      ),
    fix: "Reload the page and try again; if it happens again, try a shorter or smaller video.",
  });
