/** Any graph prepared for windows of one size: what is no chain runs by a compiled program. */

import type { PatchJob } from "@tatami/core";
import { throwIfAborted } from "@tatami/core";
import type { BatchShape, Executable, Model, Tensor } from "@tatami/graph";
import { tensor } from "@tatami/graph";
import type { LoadedKernels } from "@tatami/kernels";
import { createTrainingKernels } from "@tatami/kernels";
import { compileProgram } from "../program/compile.ts";
import { openPlanThreads } from "../program/plan-threads.ts";
import { bindPicture } from "../program/run-model.ts";
import { loadPlan } from "../program/run-plan.ts";
import { gatherPatches, scatterPatches } from "../patch-tensor.ts";
import type { ThreadPool } from "../threads/thread-pool.ts";

/** Items that every thread has in a batch, about. */
const itemsEach = 2;
/** Milliseconds of computing on the calling thread after which the event loop has its turn. */
const slice = 12;

/**
 * Compiles a model for windows of this size.
 *
 * @param pool without one the calling thread computes
 * @throws TatamiError `invalid-model` naming what cannot run, `out-of-memory`, `worker-lost`.
 */
export async function prepareGraph(
  kernels: LoadedKernels,
  model: Model,
  shape: BatchShape,
  pool: ThreadPool | undefined,
): Promise<Executable> {
  const { run } = createTrainingKernels(kernels.module);
  const { width, height } = shape;
  const outputs = { output: bindPicture(model.output, [1, 1, height, width]) };
  const plan = compileProgram({ name: model.name, outputs }, { base: run.heapBase() });
  const loaded = loadPlan(run, plan);
  loaded.setWeights(new Float32Array(0));
  const room = Math.max(1, (pool?.size ?? 0) * itemsEach);
  const threads = await openPlanThreads(kernels.module, loaded, { items: room, pool });
  const [inputCount, resultCount] = [plan.inputs.layout.count, plan.results.layout.count];
  const outputCount = width * height * model.scale ** 2;
  let busy: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const result = busy.then(work);
    busy = result.catch(() => {});
    return result;
  };
  /** Pictures one behind the other to enlarged ones. */
  const compute = async (
    pictures: Float32Array,
    items: number,
    signal?: AbortSignal,
  ): Promise<Float32Array> => {
    const enlarged = new Float32Array(items * outputCount);
    let since = performance.now();
    for (let first = 0; first < items; first += room) {
      throwIfAborted(signal);
      const count = Math.min(room, items - first);
      for (let item = 0; item < count; item++) {
        const from = (first + item) * width * height;
        threads.inputs.set(pictures.subarray(from, from + width * height), item * inputCount);
      }
      if (pool) await threads.computeAside(count, signal);
      else threads.compute(count);
      throwIfAborted(signal);
      for (let item = 0; item < count; item++) {
        const results = loaded.results();
        results.set(threads.results.subarray(item * resultCount, (item + 1) * resultCount));
        loaded.finish();
        const [span] = plan.outputs.layout.spans;
        const values = loaded.region(plan.outputs).subarray(span!.start, span!.start + outputCount);
        enlarged.set(values, (first + item) * outputCount);
      }
      if (pool || performance.now() - since < slice) continue;
      await new Promise((resolve) => setTimeout(resolve));
      since = performance.now();
    }
    return enlarged;
  };
  const outputOf = (items: number, values: Float32Array): Tensor =>
    tensor([items, 1, height * model.scale, width * model.scale], values);

  return {
    shape,
    infer: (input) =>
      inTurn(async () => outputOf(input.shape[0]!, await compute(input.data, input.shape[0]!))),
    run: async (jobs, signal) => {
      throwIfAborted(signal);
      for (let first = 0; first < jobs.length; first += room) {
        const some: readonly PatchJob[] = jobs.slice(first, first + room);
        await inTurn(async () => {
          const input = gatherPatches(some, { batch: some.length, width, height });
          const values = await compute(input.data, some.length, signal);
          scatterPatches(some, input, outputOf(some.length, values));
        });
      }
    },
    [Symbol.asyncDispose]: async () => {
      await busy;
      threads[Symbol.dispose]();
    },
  };
}
