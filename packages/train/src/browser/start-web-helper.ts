/** A helper thread in a web worker. */

import type { BatchJob } from "../run/batch/batch.ts";
import type { BatchHelper } from "../run/batch/join-batch-pool.ts";

/** Gives a worker its job once it listens. A worker that cannot start rejects, and is ended. */
export async function startWebHelper(
  worker: Worker,
  job: BatchJob,
  onError: (cause: unknown) => void,
): Promise<BatchHelper> {
  try {
    await new Promise<void>((resolve, reject) => {
      worker.addEventListener("message", () => resolve(), { once: true });
      const fail = (why: string): void => {
        reject(new Error(why));
        onError(why);
      };
      worker.addEventListener("error", ({ message }) => fail(message || "its script could not be loaded"));
      worker.addEventListener("messageerror", () => fail("its job could not be read"));
    });
  } catch (error) {
    worker.terminate();
    throw error;
  }
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  worker.postMessage(job);
  return {
    stop: () => {
      worker.terminate();
      return Promise.resolve();
    },
  };
}
