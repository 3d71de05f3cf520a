/** A fine-tuning engine out of its parts. */

import type { BatchJob } from "../run/batch/batch.ts";
import type { Compress } from "../data/camera/compress.ts";
import { createEnlarge } from "../report/evaluate.ts";
import type { BatchPool } from "../run/batch/join-batch-pool.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createTrainer } from "../run/trainer.ts";
import type { FineTuneEngine } from "./fine-tune-frames.ts";

/** What an environment has of its own. */
export interface EngineParts {
  readonly compiled: CompiledKernels;
  readonly compress: Compress;
  createPool(init: Omit<BatchJob, "memory">): Promise<BatchPool>;
}

/** Joins them. */
export function assembleEngine({ compiled, compress, createPool }: EngineParts): FineTuneEngine {
  return {
    compress,
    enlarge: (architecture, folded) => createEnlarge(compiled, architecture, folded),
    async start(recipe, dataset, initial) {
      const { architecture, batch, crop } = recipe;
      const pool = await createPool({ architecture, batch, crop, dataset, compiled });
      return {
        trainer: createTrainer(recipe, dataset, compiled, pool, initial),
        [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
      };
    },
  };
}
