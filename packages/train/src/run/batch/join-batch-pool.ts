/** The threads that compute a batch's gradient: this one, and workers beside it. */

import { TatamiError } from "@tatami/core";
import type { BatchJob } from "./batch.ts";
import { CONTROL, createBatchMemory, createBatchRunner } from "./batch.ts";

/** Computes batches. Dispose of it: its workers keep the process alive. */
export interface BatchPool extends AsyncDisposable {
  /** `[batch][CROP_FIELDS]`, to be filled before {@link BatchPool.run}. */
  readonly crops: Int32Array;
  /**
   * The mean loss of the crops and its gradient. The same for any number of threads.
   *
   * @param folded the folded weights
   * @param gradient a folded vector that is overwritten
   */
  run(folded: Float32Array, gradient: Float32Array): number;
}

/** Longest wait for one step of all threads, in milliseconds: beyond it a worker must have died. */
const PATIENCE = 120_000;

/** A thread beside this one. */
export interface BatchHelper {
  stop(): Promise<unknown>;
}

/**
 * Starts a thread that calls {@link helpWithBatches} with the job, and resolves when it runs. `onError` is told why
 * it ended before it was stopped.
 */
export type StartBatchHelper = (job: BatchJob, onError: (cause: unknown) => void) => Promise<BatchHelper>;

/** This thread and `threads` − 1 helpers. */
export async function joinBatchPool(
  init: Omit<BatchJob, "memory">,
  threads: number,
  start: StartBatchHelper,
): Promise<BatchPool> {
  const memory = createBatchMemory(init.architecture, init.batch);
  const job: BatchJob = { ...init, memory };
  const control = new Int32Array(memory.control);
  const weights = new Float32Array(memory.folded);
  const gradients = new Float32Array(memory.gradients);
  const losses = new Float64Array(memory.losses);
  let failure: unknown;
  const helpers = await startHelpers(threads - 1, () => start(job, (cause) => (failure ??= cause)));
  const runItems = createBatchRunner(job);

  return {
    crops: new Int32Array(memory.crops),
    run(folded, gradient) {
      // a worker that could not start takes no crops: without this the run would only be slower
      if (failure) throw lostWorker(failure);
      weights.set(folded);
      Atomics.store(control, CONTROL.done, 0);
      Atomics.add(control, CONTROL.step, 1);
      // last: whoever sees an item free also sees the new step and its weights
      Atomics.store(control, CONTROL.next, 0);
      Atomics.notify(control, CONTROL.step);
      runItems();
      for (;;) {
        const done = Atomics.load(control, CONTROL.done);
        if (done === init.batch) break;
        if (failure || Atomics.wait(control, CONTROL.done, done, PATIENCE) === "timed-out")
          throw lostWorker(failure);
      }
      return addUp(gradients, losses, gradient);
    },
    async [Symbol.asyncDispose]() {
      Atomics.store(control, CONTROL.stop, 1);
      Atomics.add(control, CONTROL.step, 1);
      Atomics.notify(control, CONTROL.step);
      await Promise.all(helpers.map((helper) => helper.stop()));
    },
  };
}

/** All of them, or none: when one cannot start, those that have are stopped. */
async function startHelpers(
  count: number,
  start: () => Promise<BatchHelper>,
): Promise<readonly BatchHelper[]> {
  const started = await Promise.allSettled(Array.from({ length: count }, start));
  const failed = started.find((each) => each.status === "rejected");
  const helpers = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (!failed) return helpers;
  await Promise.all(helpers.map((helper) => helper.stop()));
  throw lostWorker(failed.reason);
}

/** Items are added in their order, so the sum is the same whoever computed them. */
function addUp(gradients: Float32Array, losses: Float64Array, gradient: Float32Array): number {
  gradient.fill(0);
  for (let start = 0; start < gradients.length; start += gradient.length) {
    for (let i = 0; i < gradient.length; i++) gradient[i]! += gradients[start + i]!;
  }
  return losses.reduce((sum, loss) => sum + loss, 0);
}

function lostWorker(cause: unknown): TatamiError<"worker-lost"> {
  const why = cause === undefined ? `No answer in ${PATIENCE / 1000} s.` : String(cause);
  return new TatamiError({
    code: "worker-lost",
    message: `A training thread stopped before its batch was done: ${why}`,
    fix: "Resume from the last checkpoint, with fewer threads if memory was short.",
    cause,
  });
}
