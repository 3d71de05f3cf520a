/** Threads that run one plan on many items: the calling one may take part, helpers beside it do. */

import { startThread } from "#threads";
import { TatamiError } from "@tatami/core";
import type { Thread } from "../wasm/thread.ts";
import type { Plan } from "./plan.ts";
import type { LoadedPlan } from "./run-plan.ts";
import { helperSource } from "./run-plan.ts";

/** Words of {@link PlanMemory.control}; the helpers' program has them as numbers. */
const CONTROL = { step: 0, next: 1, done: 2, stop: 3, count: 4 } as const;
/** Longest wait for one batch of all threads, in milliseconds: beyond it a helper must have died. */
const PATIENCE = 120_000;

type Buffer = SharedArrayBuffer | ArrayBuffer;

/** Memory that the threads share. Each item has results of its own, so that nothing depends on who computed which. */
interface PlanMemory {
  readonly control: Buffer;
  readonly weights: Buffer;
  readonly inputs: Buffer;
  readonly results: Buffer;
}

/** Threads that know one plan. Dispose of it. */
export interface PlanThreads extends AsyncDisposable {
  /** The plan's weights, to be written before a batch. */
  readonly weights: Float32Array;
  /** The plan's inputs, an item behind the other, likewise. */
  readonly inputs: Float32Array;
  /** What came out, an item behind the other. */
  readonly results: Float32Array;
  /** Computes the first items, the calling thread taking part; blocks it. @throws TatamiError `worker-lost` */
  compute(items: number): void;
  /** The same by the helpers alone, while the calling thread goes on. An abort leaves items out. @throws TatamiError `worker-lost` */
  computeAside(items: number, signal?: AbortSignal): Promise<void>;
}

/** How many items there is room for, and how many helpers there are. */
export interface PlanThreadsOptions {
  readonly items: number;
  readonly helpers: number;
}

/**
 * Makes a plan known to helpers.
 *
 * @param loaded the plan on the calling thread
 * @throws TatamiError `worker-lost` when a helper cannot start
 */
export async function startPlanThreads(
  module: WebAssembly.Module,
  loaded: LoadedPlan,
  { items: room, helpers: helperCount }: PlanThreadsOptions,
): Promise<PlanThreads> {
  const { plan } = loaded;
  const [inputCount, resultCount] = [plan.inputs.layout.count, plan.results.layout.count];
  const memory: PlanMemory = {
    control: sharedBuffer(Object.keys(CONTROL).length * 4),
    weights: sharedBuffer(plan.weights.layout.count * 4),
    inputs: sharedBuffer(room * inputCount * 4),
    results: sharedBuffer(room * resultCount * 4),
  };
  const control = new Int32Array(memory.control);
  const weights = new Float32Array(memory.weights);
  const inputs = new Float32Array(memory.inputs);
  const results = new Float32Array(memory.results);
  let failure: unknown;
  const job = { module, plan, memory };
  const helpers = await startHelpers(helperCount, job, (cause) => (failure ??= cause));

  const begin = (items: number): void => {
    // a helper that has ended takes no items: without this a batch would only be slower
    if (failure !== undefined) throw lostHelper(failure);
    Atomics.store(control, CONTROL.done, 0);
    Atomics.store(control, CONTROL.count, items);
    Atomics.add(control, CONTROL.step, 1);
    // last: whoever sees an item free also sees the new step and its weights
    Atomics.store(control, CONTROL.next, 0);
    Atomics.notify(control, CONTROL.step);
  };
  const takePart = (items: number): void => {
    loaded.setWeights(weights);
    for (;;) {
      const item = Atomics.add(control, CONTROL.next, 1);
      if (item >= items) return;
      loaded.inputs().set(inputs.subarray(item * inputCount, (item + 1) * inputCount));
      loaded.run();
      results.set(loaded.results(), item * resultCount);
      Atomics.add(control, CONTROL.done, 1);
    }
  };
  return {
    weights,
    inputs,
    results,
    compute(items) {
      begin(items);
      takePart(items);
      for (;;) {
        const done = Atomics.load(control, CONTROL.done);
        if (done === items) break;
        if (failure !== undefined || Atomics.wait(control, CONTROL.done, done, PATIENCE) === "timed-out")
          throw lostHelper(failure);
      }
    },
    async computeAside(items, signal) {
      begin(items);
      const stop = (): void => {
        // items that nobody has taken are counted as done
        const next = Atomics.exchange(control, CONTROL.next, items);
        Atomics.add(control, CONTROL.done, Math.max(0, items - next));
        Atomics.notify(control, CONTROL.done);
      };
      signal?.addEventListener("abort", stop);
      helpers.forEach((helper) => helper.keepAlive(true));
      try {
        while (Atomics.load(control, CONTROL.done) < items) {
          if (failure !== undefined) throw lostHelper(failure);
          await changed(control, CONTROL.done);
        }
      } finally {
        signal?.removeEventListener("abort", stop);
        helpers.forEach((helper) => helper.keepAlive(false));
      }
    },
    async [Symbol.asyncDispose]() {
      Atomics.store(control, CONTROL.stop, 1);
      Atomics.add(control, CONTROL.step, 1);
      Atomics.notify(control, CONTROL.step);
      await Promise.all(helpers.map((helper) => helper.stop()));
    },
  };
}

/** Resolves when a word may have changed: soon, where nothing better than asking again is to be had. */
async function changed(words: Int32Array, at: number): Promise<void> {
  const { waitAsync } = Atomics as {
    waitAsync?: (words: Int32Array, at: number, value: number, timeout: number) => { value: unknown };
  };
  const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));
  if (!waitAsync) return soon();
  // a timeout, so that a helper that died is noticed
  await waitAsync.call(Atomics, words, at, Atomics.load(words, at), 200).value;
}

/** All of them, or none: when one cannot start, those that have are stopped. */
async function startHelpers(
  count: number,
  job: { readonly module: WebAssembly.Module; readonly plan: Plan; readonly memory: PlanMemory },
  onError: (cause: unknown) => void,
): Promise<readonly Thread[]> {
  const started = await Promise.allSettled(Array.from({ length: count }, () => startHelper(job, onError)));
  const failed = started.find((each) => each.status === "rejected");
  const helpers = started.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  if (!failed) return helpers;
  await Promise.all(helpers.map((helper) => helper.stop()));
  throw lostHelper(failed.reason);
}

/** Posts the job when the thread has answered, and resolves when it waits for the first batch. */
async function startHelper(job: unknown, onError: (cause: unknown) => void): Promise<Thread> {
  const thread = startThread(helperSource);
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (reason: string): void => {
        reject(new Error(reason));
        onError(reason);
      };
      let probed = false;
      const hear = (message: unknown): void => {
        if (typeof message === "string") fail(message);
        else if (probed) resolve();
        else {
          probed = true;
          thread.post({ job });
        }
      };
      thread.listen(hear, fail);
      thread.keepAlive(true);
      thread.post({ probe: true });
    });
    thread.keepAlive(false);
    return thread;
  } catch (error) {
    await thread.stop();
    throw error;
  }
}

/** Bytes set to zero: shared, but in a page that is not cross-origin isolated, where one thread has to do. */
function sharedBuffer(bytes: number): Buffer {
  return typeof SharedArrayBuffer === "undefined" ? new ArrayBuffer(bytes) : new SharedArrayBuffer(bytes);
}

function lostHelper(cause: unknown): TatamiError<"worker-lost"> {
  const why = cause === undefined ? `no answer in ${PATIENCE / 1000} s` : String(cause);
  return new TatamiError({
    code: "worker-lost",
    message: `A thread stopped before its batch was done: ${why}.`,
    fix: "A training goes on from its last checkpoint; use fewer threads if memory was short.",
    cause,
  });
}
