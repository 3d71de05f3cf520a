/** One worker, seen from outside: what is asked of it, and whether it is still there. */

import type { TatamiError } from "@tatami/core";
import type { Endpoint, Remote } from "comlink";
import { wrap } from "comlink";
import type { NodePort } from "./node-endpoint.ts";
import { nodeEndpoint } from "./node-endpoint.ts";
import type { UpscalerEndpoint } from "./wire/protocol.ts";
import { workerLost } from "./wire/wire-error.ts";

/** What is needed of a `Worker` of `node:worker_threads`. */
export interface NodeWorker extends NodePort {
  terminate(): Promise<unknown>;
}

/** One worker. All who use it share this, for Comlink closes a worker's door when one of its proxies is collected. */
export interface WorkerLink {
  readonly remote: Remote<UpscalerEndpoint>;
  /** The error for everything that is asked of it, once it is gone. */
  readonly lost: TatamiError<"worker-lost"> | undefined;
  /** A number that nothing else in this worker has. */
  nextId(): number;
  /** Told once, when the worker is gone; returns what ends the listening. */
  onLost(listener: (error: TatamiError<"worker-lost">) => void): () => void;
  /** Ends the worker. */
  terminate(): void;
}

const links = new WeakMap<object, WorkerLink>();

/** The link to a worker, the same one for the same worker. */
export function linkTo(worker: Worker | NodeWorker): WorkerLink {
  const known = links.get(worker);
  if (known) return known;
  const made = createLink(worker);
  links.set(worker, made);
  return made;
}

function createLink(worker: Worker | NodeWorker): WorkerLink {
  const listeners = new Set<(error: TatamiError<"worker-lost">) => void>();
  let ids = 0;
  let lost: TatamiError<"worker-lost"> | undefined;
  const lose = (reason: string): void => {
    if (lost) return;
    lost = workerLost(reason);
    for (const listener of listeners) listener(lost);
    listeners.clear();
  };
  watch(worker, lose);
  return {
    remote: wrap<UpscalerEndpoint>(isNodeWorker(worker) ? nodeEndpoint(worker) : (worker as Endpoint)),
    get lost() {
      return lost;
    },
    nextId: () => ++ids,
    onLost(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    terminate() {
      lose("it was ended");
      void worker.terminate();
    },
  };
}

// A page's worker that is terminated by somebody else says nothing; Node's says that it ended.
function watch(worker: Worker | NodeWorker, lose: (reason: string) => void): void {
  const unread = "a message could not be read";
  if (isNodeWorker(worker)) {
    worker.on("error", (error: unknown) => lose(error instanceof Error ? error.message : String(error)));
    worker.on("messageerror", () => lose(unread));
    worker.on("exit", (code: number) => lose(`it ended with exit code ${code}`));
    return;
  }
  worker.addEventListener("error", (event) => lose(event.message || "its script could not be loaded"));
  worker.addEventListener("messageerror", () => lose(unread));
}

function isNodeWorker(worker: Worker | NodeWorker): worker is NodeWorker {
  return !("addEventListener" in worker);
}
