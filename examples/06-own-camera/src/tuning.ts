/** Runs one tuning in a worker of its own, and takes the worker down afterwards, whatever happened. */

import type { SerializedTatamiError } from "@tatami/core";
import { proxy, wrap } from "comlink";
import type { TuneOutcome, TuneRequest, TuneUpdate, TuneWorker } from "./protocol.ts";

/** A run under way. */
export interface Tuning {
  /** Never rejects. */
  readonly outcome: Promise<TuneOutcome>;
  /** Ends training and judges what has been learned so far. */
  finish(): void;
  cancel(): void;
}

/** Milliseconds a worker has to tidy up before it is taken down. */
const graceMs = 3000;

export const startTuning = (request: TuneRequest, onUpdate: (update: TuneUpdate) => void): Tuning => {
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "tune" });
  const remote = wrap<TuneWorker>(worker);
  let ended = false;
  let settle: (outcome: TuneOutcome) => void;
  const cutShort = new Promise<TuneOutcome>((resolve) => (settle = resolve));
  const fail = (message: string): void => settle({ kind: "failed", error: workerLost(message) });
  worker.addEventListener("error", (event) => fail(event.message || "Its script could not be loaded."));
  worker.addEventListener("messageerror", () => fail("A message could not be read."));

  const ask = async (): Promise<TuneOutcome> => {
    try {
      return await remote.run(
        request,
        proxy((update) => ended || onUpdate(update)),
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
  const run = async (): Promise<TuneOutcome> => {
    const outcome = await Promise.race([answered, cutShort]);
    ended = true;
    void takeDown();
    return outcome;
  };
  return {
    outcome: run(),
    finish: () => void remote.finish(),
    cancel: () => {
      void remote.cancel();
      settle({ kind: "cancelled" });
    },
  };
};

const workerLost = (message: string): SerializedTatamiError => ({
  code: "worker-lost",
  message: `The background worker stopped. ${message}`,
  fix: "Reload the page and try again, with fewer frames if memory was short.",
  detail: {},
});
