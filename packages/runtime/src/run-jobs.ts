/** Jobs on an engine that knows only tensors. */

import type { PatchJob } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { Executable } from "@tatami/graph";
import { gatherPatches, scatterPatches } from "./patch-tensor.ts";

/**
 * Runs jobs through `infer` in batches, in order. Between batches the event loop has its turn, because
 * WebAssembly blocks it while it computes: so timers and Ctrl-C are heard, and an abort takes hold.
 */
export async function runJobs(
  executable: Pick<Executable, "shape" | "infer">,
  jobs: readonly PatchJob[],
  signal?: AbortSignal,
): Promise<void> {
  const { batch } = executable.shape;
  for (let start = 0; start < jobs.length; start += batch) {
    if (start > 0) await new Promise((resolve) => setTimeout(resolve, 0));
    throwIfAborted(signal);
    const some = jobs.slice(start, start + batch);
    const input = gatherPatches(some, executable.shape);
    scatterPatches(some, input, await executable.infer(input));
  }
  throwIfAborted(signal);
}
