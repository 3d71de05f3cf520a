/** Fine-tuning in Node: the training kernels, worker threads, FFmpeg's codecs. */

import { compressPictures } from "@tatami/codecs/node";
import { createBatchPool } from "../batch-pool.ts";
import { createEnlarge } from "../evaluate.ts";
import type { CompiledKernels } from "../kernels.ts";
import { createTrainer } from "../trainer.ts";
import type { FineTuneEngine } from "./fine-tune-frames.ts";

/** An engine on this machine's processor. */
export function createFineTuneEngine(compiled: CompiledKernels, threads: number): FineTuneEngine {
  return {
    compress: compressPictures,
    enlarge: (architecture, folded) => createEnlarge(compiled, architecture, folded),
    async start(recipe, dataset, initial) {
      const { architecture, batch, crop } = recipe;
      const pool = await createBatchPool({ architecture, batch, crop, dataset, compiled }, threads);
      return {
        trainer: createTrainer(recipe, dataset, compiled, pool, initial),
        [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
      };
    },
  };
}
