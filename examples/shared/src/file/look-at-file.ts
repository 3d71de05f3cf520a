/** What a chosen file is, learned before anything is done with it. */

import type { MediaDescription } from "@tatami/core";
import { startJob } from "../job.ts";
import type { Job, JobOutcome, JobWorker } from "../job.ts";

/** What was seen of a file. */
export interface SeenFile {
  readonly description: MediaDescription;
  /** Its first picture, upright; absent where none could be decoded. */
  readonly picture?: ImageBitmap;
}

/** The worker's side. */
export interface LookWorker extends JobWorker {
  look(file: File): Promise<JobOutcome<SeenFile>>;
}

/** Looks in a worker of its own. FFmpeg is fetched only for what may be a video and the browser refuses. */
export const lookAtFile = (file: File): Job<LookWorker, SeenFile> =>
  startJob<LookWorker, SeenFile>({
    worker: new Worker(new URL("./look-worker.ts", import.meta.url), { type: "module", name: "look" }),
    run: (remote) => remote.look(file),
    fix: "Load the page again and choose the file once more.",
  });
