/** One plan on many items, by several threads: the memory that they share, and a thread's part in a batch. */

import type { LoadedPlan } from "./run-plan.ts";

/** Words of {@link BatchMemory.control}. */
export const controlWords = { step: 0, next: 1, done: 2, stop: 3, count: 4 } as const;

/** Memory that can be shared. */
export type Buffer = SharedArrayBuffer | ArrayBuffer;

/** What the threads share. Each item has results of its own, so that nothing depends on who computed which. */
export interface BatchMemory {
  readonly control: Buffer;
  readonly weights: Buffer;
  readonly inputs: Buffer;
  readonly results: Buffer;
}

/** A thread that knows the plan. */
export interface BatchWorker {
  /** Computes items until all are taken. */
  take(): void;
  /** Blocks: takes part in every batch, until it is told to stop. */
  follow(): void;
}

/** Binds a plan on this thread to the memory that all share. */
export function createBatchWorker(loaded: LoadedPlan, memory: BatchMemory): BatchWorker {
  const { plan } = loaded;
  const control = new Int32Array(memory.control);
  const weights = new Float32Array(memory.weights);
  const inputs = new Float32Array(memory.inputs);
  const results = new Float32Array(memory.results);
  const [inputCount, resultCount] = [plan.inputs.layout.count, plan.results.layout.count];
  let laidOut = 0;
  const take = (): void => {
    for (;;) {
      const item = Atomics.add(control, controlWords.next, 1);
      if (item >= Atomics.load(control, controlWords.count)) return;
      // asked for each item: a slow thread may come back from its last item when the next step has begun
      const step = Atomics.load(control, controlWords.step);
      if (step !== laidOut) loaded.setWeights(weights);
      laidOut = step;
      loaded.inputs().set(inputs.subarray(item * inputCount, (item + 1) * inputCount));
      loaded.run();
      results.set(loaded.results(), item * resultCount);
      Atomics.add(control, controlWords.done, 1);
      Atomics.notify(control, controlWords.done);
    }
  };
  return {
    take,
    follow() {
      for (let step = 0; ;) {
        Atomics.wait(control, controlWords.step, step);
        if (Atomics.load(control, controlWords.stop) === 1) return;
        step = Atomics.load(control, controlWords.step);
        take();
      }
    },
  };
}
