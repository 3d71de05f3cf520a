/** Steps of the hand-written trainer, for as long as it stands beside the new one. */

import type { NetworkShape } from "../src/campaign/recipe.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { createBatchPool } from "../src/run/batch/batch-pool.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createTrainer } from "../src/run/trainer.ts";
import type { Architecture } from "../src/shape/architecture.ts";

/** A trainer of a SESR of one width; dispose of it. */
export async function createOldSteps(
  shape: NetworkShape,
  dataset: Dataset,
  threads: number,
): Promise<{ step(): Promise<unknown>; dispose(): Promise<unknown> }> {
  const architecture = shape as unknown as Architecture;
  const recipe = { ...createRecipe({ name: "bench", architecture: shape }), architecture: shape };
  const { batch, crop } = recipe;
  const compiled = await compileKernels();
  const pool = await createBatchPool({ architecture, batch, crop, dataset, compiled }, threads);
  const trainer = createTrainer(recipe, dataset, compiled, pool);
  return {
    step: () => Promise.resolve(trainer.step()),
    dispose: async () => pool[Symbol.asyncDispose](),
  };
}
