/** The script of a helper thread in a browser. */

import { helpWithBatches } from "../run/batch/batch.ts";
import type { BatchJob } from "../run/batch/batch.ts";

/** What a worker's global object has for talking to whoever made it. */
interface WorkerScope {
  addEventListener(
    type: "message",
    listener: (event: MessageEvent<BatchJob>) => void,
    options: { readonly once: true },
  ): void;
  postMessage(message: "ready"): void;
}

/** Waits for a job, then takes part in every batch until the worker is ended. The whole of a helper's script. */
export function serveBatches(): void {
  const scope = globalThis as unknown as WorkerScope;
  scope.addEventListener("message", ({ data }) => helpWithBatches(data), { once: true });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has none
  scope.postMessage("ready");
}
