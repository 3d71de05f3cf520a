/** Fine-tuning in Node: the training kernels, worker threads, FFmpeg's codecs. */

import { compressPictures } from "@tatami/codecs/node";
import { createBatchPool } from "../run/batch/batch-pool.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { assembleEngine } from "./assemble-engine.ts";
import type { FineTuneEngine } from "./fine-tune-frames.ts";

/** An engine on this machine's processor. */
export function createFineTuneEngine(compiled: CompiledKernels, threads: number): FineTuneEngine {
  const createPool = (init: Parameters<typeof createBatchPool>[0]) => createBatchPool(init, threads);
  return assembleEngine({ compiled, compress: compressPictures, createPool });
}
