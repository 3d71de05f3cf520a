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

/** Milliseconds a cancelled worker has to tidy up before it is taken down. */
const graceMs = 3000;

export const startJob = (request: JobRequest, listener: JobListener): Job => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "upscale" });
  const remote = wrap<UpscaleWorker>(worker);
  let settle: (outcome: JobOutcome) => void;
  const cutShort = new Promise<JobOutcome>((resolve) => (settle = resolve));
  const fail = (message: string): void => settle({ kind: "failed", error: workerLost(message) });
  worker.addEventListener("error", (event) => fail(event.message || "Its script could not be loaded."));
  worker.addEventListener("messageerror", () => fail("A message could not be read."));
  let grace: ReturnType<typeof setTimeout> | undefined;

  const run = async (): Promise<JobOutcome> => {
    try {
      const outcome = remote.run(request, proxy(listener.onProgress), proxy(listener.onPreview));
      return await Promise.race([outcome, cutShort]);
    } catch (error) {
      return { kind: "failed", error: workerLost(error instanceof Error ? error.message : String(error)) };
    } finally {
      clearTimeout(grace);
      worker.terminate();
    }
  };

  return {
    outcome: run(),
    cancel: () => {
      void remote.cancel();
      grace ??= setTimeout(() => settle({ kind: "cancelled" }), graceMs);
    },
  };
};

const workerLost = (message: string): SerializedTatamiError => ({
  code: "worker-lost",
  message: `The background worker stopped. ${message}`,
  fix: "Reload the page and try again; if it happens again, try a shorter or smaller video.",
  detail: {},
});
