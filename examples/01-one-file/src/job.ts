/** Runs one job in a worker of its own, and takes the worker down afterwards, whatever happened. */

import type { SerializedTatamiError } from "@tatami/core";
import { proxy, wrap } from "comlink";
import type { JobListener, JobOutcome, JobRequest, UpscaleWorker } from "./protocol.ts";

/** A job under way. */
export interface Job {
  /** Never rejects. */
  readonly outcome: Promise<JobOutcome>;
  cancel(): void;
}

/** Milliseconds a worker has to tidy up before it is taken down. */
const graceMs = 3000;

export const startJob = (request: JobRequest, listener: JobListener): Job => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "upscale" });
  const remote = wrap<UpscaleWorker>(worker);
  let ended = false;
  let settle: (outcome: JobOutcome) => void;
  const cutShort = new Promise<JobOutcome>((resolve) => (settle = resolve));
  const fail = (message: string): void => settle({ kind: "failed", error: workerLost(message) });
  worker.addEventListener("error", (event) => fail(event.message || "Its script could not be loaded."));
  worker.addEventListener("messageerror", () => fail("A message could not be read."));

  const ask = async (): Promise<JobOutcome> => {
    try {
      return await remote.run(
        request,
        proxy((progress) => ended || listener.onProgress(progress)),
        proxy((picture, time) => (ended ? picture.close() : listener.onPreview(picture, time))),
      );
    } catch (error) {
      return { kind: "failed", error: workerLost(error instanceof Error ? error.message : String(error)) };
    }
  };
  const answered = ask();
  // whoever cancelled does not wait for this
  const takeDown = async (): Promise<void> => {
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, graceMs))]);
    worker.terminate();
  };
  const run = async (): Promise<JobOutcome> => {
    const outcome = await Promise.race([answered, cutShort]);
    ended = true;
    void takeDown();
    return outcome;
  };

  return {
    outcome: run(),
    cancel: () => {
      void remote.cancel();
      settle({ kind: "cancelled" });
    },
  };
};

const workerLost = (message: string): SerializedTatamiError => ({
  code: "worker-lost",
  message: `The background worker stopped. ${message}`,
  fix: "Reload the page and try again; if it happens again, try a shorter or smaller video.",
  detail: {},
});
