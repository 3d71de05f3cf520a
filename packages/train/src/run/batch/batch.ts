/** What the threads of one training step share, and the part each of them does. */

import type { Architecture } from "../../shape/architecture.ts";
import { CROP_FIELDS, createCropBuffers, createCropCutter } from "../../feed/crop.ts";
import type { Dataset } from "../../data/dataset.ts";
import type { CompiledKernels } from "../kernels.ts";
import { createKernels } from "../kernels.ts";
import { createTrainableNetwork } from "../../shape/network.ts";
import type { SharedBuffer } from "../../data/shared-buffer.ts";
import { createSharedBuffer } from "../../data/shared-buffer.ts";
import { foldedLayout } from "../../shape/weight-layout.ts";

/** Words of {@link BatchMemory.control}. */
export const CONTROL = { step: 0, next: 1, done: 2, stop: 3 } as const;

/** Shared memory of a batch. Each item has its own gradient, so their sum does not depend on who did which. */
export interface BatchMemory {
  readonly control: SharedBuffer;
  readonly crops: SharedBuffer;
  readonly folded: SharedBuffer;
  readonly gradients: SharedBuffer;
  readonly losses: SharedBuffer;
}

/** All that a thread needs to take part; can be posted to a worker. */
export interface BatchJob {
  readonly architecture: Architecture;
  readonly batch: number;
  readonly crop: number;
  readonly dataset: Dataset;
  readonly compiled: CompiledKernels;
  readonly memory: BatchMemory;
}

/** Shared memory for batches of this size. */
export function createBatchMemory(architecture: Architecture, batch: number): BatchMemory {
  const { count } = foldedLayout(architecture);
  return {
    control: createSharedBuffer(Object.keys(CONTROL).length * 4),
    crops: createSharedBuffer(batch * CROP_FIELDS * 4),
    folded: createSharedBuffer(count * 4),
    gradients: createSharedBuffer(batch * count * 4),
    losses: createSharedBuffer(batch * 8),
  };
}

/** One thread's share: takes items until none is left. */
export function createBatchRunner(job: BatchJob): () => void {
  const { architecture, batch, crop, dataset, memory } = job;
  const kernels = createKernels(job.compiled);
  const network = createTrainableNetwork(kernels, architecture, crop, crop);
  const control = new Int32Array(memory.control);
  const crops = new Int32Array(memory.crops);
  const folded = new Float32Array(memory.folded);
  const gradients = new Float32Array(memory.gradients);
  const losses = new Float64Array(memory.losses);
  const cutter = createCropCutter(dataset, crop);
  const buffers = createCropBuffers(dataset.scale, crop);
  const weight = 1 / (batch * buffers.truth.length);

  let loaded = 0;

  return () => {
    for (;;) {
      const item = Atomics.add(control, CONTROL.next, 1);
      if (item >= batch) return;
      // asked for each item: a slow thread may come back from its last item when the next step has begun
      const step = Atomics.load(control, CONTROL.step);
      if (step !== loaded) network.loadWeights(folded);
      loaded = step;
      cutter.cut(crops.subarray(item * CROP_FIELDS, (item + 1) * CROP_FIELDS), buffers);
      const gradient = gradients.subarray(item * folded.length, (item + 1) * folded.length);
      losses[item] = network.differentiate(buffers.input, buffers.truth, weight, gradient) * weight;
      Atomics.add(control, CONTROL.done, 1);
      Atomics.notify(control, CONTROL.done);
    }
  };
}

/** A helper's life: takes part in every batch until told to stop. Blocks its thread. */
export function helpWithBatches(job: BatchJob): void {
  const runItems = createBatchRunner(job);
  const control = new Int32Array(job.memory.control);
  let step = 0;
  for (;;) {
    Atomics.wait(control, CONTROL.step, step);
    if (Atomics.load(control, CONTROL.stop) === 1) break;
    step = Atomics.load(control, CONTROL.step);
    runItems();
  }
}
