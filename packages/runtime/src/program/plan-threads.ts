/** One plan on many items: on the calling thread, on those of a pool, or on both. */

import type { ThreadPool } from "../threads/thread-pool.ts";
import { lostThread } from "../threads/thread-pool.ts";
import type { LoadedPlan } from "./run-plan.ts";
import type { BatchMemory, Buffer } from "./take-items.ts";
import { controlWords, createBatchWorker } from "./take-items.ts";

/** Longest wait for one batch of all threads, in milliseconds: beyond it a thread must have died. */
const patience = 120_000;

/** A plan that threads know. Dispose of it before the pool. */
export interface PlanThreads extends Disposable {
  /** The plan's weights, to be written before a batch. */
  readonly weights: Float32Array;
  /** The plan's inputs, an item behind the other, likewise. */
  readonly inputs: Float32Array;
  /** What came out, an item behind the other. */
  readonly results: Float32Array;
  /** Computes the first items on the calling thread, which it blocks, and on those that follow. @throws TatamiError `worker-lost` */
  compute(items: number): void;
  /** The same by the pool alone, while the calling thread goes on. An abort leaves items out. @throws TatamiError `worker-lost` */
  computeAside(items: number, signal?: AbortSignal): Promise<void>;
}

/** How many items there is room for, and who computes them. */
export interface PlanThreadsOptions {
  readonly items: number;
  /** @defaultValue the calling thread alone */
  readonly pool?: ThreadPool | undefined;
  /**
   * Whether the pool's threads do nothing but wait for batches: a turn of the event loop less for each.
   * @defaultValue they are asked for each batch, between other work
   */
  readonly follow?: boolean;
}

/**
 * Makes a plan known to a pool's threads.
 *
 * @param loaded the plan on the calling thread
 * @throws TatamiError `worker-lost`
 */
export async function openPlanThreads(
  module: WebAssembly.Module,
  loaded: LoadedPlan,
  { items: room, pool, follow = false }: PlanThreadsOptions,
): Promise<PlanThreads> {
  const { plan } = loaded;
  const createBuffer = pool ? sharedBuffer : unsharedBuffer;
  const batch: BatchMemory = {
    control: createBuffer(Object.keys(controlWords).length * 4),
    weights: createBuffer(plan.weights.layout.count * 4),
    inputs: createBuffer(room * plan.inputs.layout.count * 4),
    results: createBuffer(room * plan.results.layout.count * 4),
  };
  const control = new Int32Array(batch.control);
  const own = createBatchWorker(loaded, batch);
  const id = pool?.newId() ?? 0;
  await pool?.ask(() => ({ kind: "load", id, module, plan, batch }));
  if (follow) pool?.tell({ kind: "follow", id });

  const begin = (items: number): void => {
    // a thread that has ended takes no items: without this a batch would only be slower
    if (pool?.failure) throw pool.failure;
    Atomics.store(control, controlWords.done, 0);
    Atomics.store(control, controlWords.count, items);
    Atomics.add(control, controlWords.step, 1);
    // last: whoever sees an item free also sees the new step and its weights
    Atomics.store(control, controlWords.next, 0);
    Atomics.notify(control, controlWords.step);
  };
  return {
    weights: new Float32Array(batch.weights),
    inputs: new Float32Array(batch.inputs),
    results: new Float32Array(batch.results),
    compute(items) {
      begin(items);
      own.take();
      for (;;) {
        const done = Atomics.load(control, controlWords.done);
        if (done === items) break;
        if (Atomics.wait(control, controlWords.done, done, patience) === "timed-out")
          throw lostThread(`no answer in ${patience / 1000} s`);
      }
    },
    async computeAside(items, signal) {
      begin(items);
      const stop = (): void => void Atomics.store(control, controlWords.next, items);
      signal?.addEventListener("abort", stop);
      try {
        await pool?.ask(() => ({ kind: "take", id }));
      } finally {
        signal?.removeEventListener("abort", stop);
      }
    },
    [Symbol.dispose]() {
      Atomics.store(control, controlWords.stop, 1);
      Atomics.add(control, controlWords.step, 1);
      Atomics.notify(control, controlWords.step);
      pool?.tell({ kind: "close", id });
    },
  };
}

/** Bytes set to zero. */
function sharedBuffer(bytes: number): Buffer {
  return new SharedArrayBuffer(bytes);
}

/** The same for one thread: in a page that is not cross-origin isolated nothing is shared. */
function unsharedBuffer(bytes: number): Buffer {
  return new ArrayBuffer(bytes);
}
