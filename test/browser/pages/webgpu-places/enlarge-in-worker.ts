/** A worker that enlarges, or has a worker of its own do it. */

import type { PlaceOutcome } from "./enlarge-here.ts";

/** What a worker is asked. */
export interface WorkerTask {
  /** Workers to be started inside one another before one works itself. */
  readonly deeper: number;
  /** The lock to be held for as long as the worker lives. */
  readonly lock: string;
}

/** What it answers. */
export type WorkerAnswer = { readonly outcome: PlaceOutcome } | { readonly trouble: string };

/** Starts one, ends it, and waits until it is gone: only then its lock is to be had. */
export async function enlargeInWorker(deeper: number): Promise<PlaceOutcome> {
  const lock = `worker with ${deeper} inside`;
  const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
  try {
    const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
      worker.addEventListener("message", ({ data }: MessageEvent<WorkerAnswer>) => resolve(data));
      worker.addEventListener("error", ({ message }) => reject(new Error(`The worker failed: ${message}`)));
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
      worker.postMessage({ deeper, lock } satisfies WorkerTask);
    });
    if ("trouble" in answer) throw new Error(answer.trouble);
    const held = (await navigator.locks.query()).held?.some(({ name }) => name === lock) === true;
    if (!held) throw new Error("The worker does not hold its lock.");
    const place = [...answer.outcome.place, globalThis.constructor.name];
    return { ...answer.outcome, place };
  } finally {
    worker.terminate();
    await navigator.locks.request(lock, () => {});
  }
}
