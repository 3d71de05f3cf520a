/** Runs one job in a worker of its own, and takes the worker down afterwards, whatever happened. */

import type { SerializedTatamiError } from "@tatami/core";
import type { Remote } from "comlink";
import { wrap } from "comlink";

/** How a job ends. A worker boundary keeps no error classes, so errors travel in their wire form. */
export type JobOutcome<Done> =
  | ({ readonly kind: "done" } & Done)
  | { readonly kind: "cancelled" }
  | { readonly kind: "failed"; readonly error: SerializedTatamiError };

/** What every worker exposes. Signals do not cross the boundary, so cancelling is a call. */
export interface JobWorker {
  cancel(): void;
}

/** A job under way. */
export interface Job<W extends JobWorker, Done> {
  /** Never rejects. */
  readonly outcome: Promise<JobOutcome<Done>>;
  /** The worker, for what else may be asked of it. */
  readonly remote: Remote<W>;
  cancel(): void;
}

export interface JobInit<W extends JobWorker, Done> {
  readonly worker: Worker;
  /** Begins the work. `hasEnded` says whether what the worker still tells is of use to nobody any more. */
  readonly run: (remote: Remote<W>, hasEnded: () => boolean) => Promise<JobOutcome<Done>>;
  /** What to do where the worker is lost. */
  readonly fix: string;
}

/** Milliseconds a worker has to tidy up before it is taken down. */
const graceMs = 3000;

/** Starts it. Whoever cancels is answered at once; the worker tidies up by itself. */
export const startJob = <W extends JobWorker, Done>({ worker, run, fix }: JobInit<W, Done>): Job<W, Done> => {
  const remote = wrap<W>(worker);
  let ended = false;
  let settle: (outcome: JobOutcome<Done>) => void;
  const cutShort = new Promise<JobOutcome<Done>>((resolve) => (settle = resolve));
  const lost = (what: string): JobOutcome<Done> => ({
    kind: "failed",
    error: { code: "worker-lost", message: `The work in the background stopped: ${what}`, fix, detail: {} },
  });
  worker.addEventListener("error", (event) =>
    settle(lost(event.message || "its program could not be loaded.")),
  );
  worker.addEventListener("messageerror", () => settle(lost("a message could not be read.")));

  const ask = async (): Promise<JobOutcome<Done>> => {
    try {
      return await run(remote, () => ended);
    } catch (error) {
      return lost(error instanceof Error ? error.message : String(error));
    }
  };
  const answered = ask();
  const takeDown = async (): Promise<void> => {
    await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, graceMs))]);
    worker.terminate();
  };
  const finish = async (): Promise<JobOutcome<Done>> => {
    const outcome = await Promise.race([answered, cutShort]);
    ended = true;
    void takeDown();
    return outcome;
  };
  return {
    outcome: finish(),
    remote,
    cancel: () => {
      // Comlink's types do not see that a worker's own method is among those of W
      void (remote as Remote<JobWorker>).cancel();
      settle({ kind: "cancelled" });
    },
  };
};
