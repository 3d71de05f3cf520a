/** Resident memory over 10,000 training steps, a line each 1,000: `npx tsx --conditions=@tatami/source bench/memory.ts [threads] [batch] [crop]`. */

import { createBatchPool } from "../src/run/batch/batch-pool.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import { smallDataset } from "../src/data/test-support.ts";
import { createTrainer } from "../src/run/trainer.ts";

const [threads = 1, batch = 2, crop = 12] = process.argv.slice(2).map(Number);
const steps = 10_000;
/** Growth from the first line to the last beyond this is a leak: a hundredth of a megabyte a step would be 90. */
const allowed = 24;

const recipe = createRecipe({
  name: "memory",
  architecture: { blocks: 3, features: 16, width: 16, scale: 2 },
  batch,
  crop,
  steps,
});
const { architecture } = recipe;
const dataset = smallDataset(2, crop);
const compiled = await compileKernels();
await using pool = await createBatchPool({ architecture, batch, crop, dataset, compiled }, threads);
const trainer = createTrainer(recipe, dataset, compiled, pool);
const resident: number[] = [];
console.log(`batch ${batch} of ${crop}×${crop}, ${threads} threads\n step  resident MB  steps/s`);
let since = performance.now();
while (trainer.stepsDone() < steps) {
  const { step, diverged } = trainer.step();
  if (diverged) throw new Error(`The run diverged at step ${step}.`);
  if (step % 1000 !== 0) continue;
  // what a run does on its way: a copy of all state, folded weights, a pause in which garbage may go
  trainer.save();
  trainer.foldAverage();
  await new Promise((resolve) => setImmediate(resolve));
  const megabytes = process.memoryUsage.rss() / 1e6;
  resident.push(megabytes);
  const rate = 1_000_000 / (performance.now() - since);
  console.log(
    `${String(step).padStart(5)}  ${megabytes.toFixed(1).padStart(11)}  ${rate.toFixed(0).padStart(7)}`,
  );
  since = performance.now();
}
const growth = resident.at(-1)! - resident[0]!;
console.log(
  `${growth < 0 ? "" : "+"}${growth.toFixed(1)} MB from step 1,000 to ${steps}: ${growth < allowed ? "flat" : "it grows"}`,
);
process.exitCode = growth < allowed ? 0 : 1;
