/**
 * Resident memory over 10,000 training steps of several networks, a line each 1,000:
 * `npx tsx --conditions=@tatami/source bench/memory.ts [threads] [network]`. Ends with 1 when it grows.
 */

import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { RecipeInit } from "../src/campaign/recipe.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import { smallDataset } from "../src/data/test-support.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { createNetworkTask, networkPlayer } from "../src/run/network-task.ts";
import { createRun } from "../src/run/player-trainer.ts";

const threads = Number(process.argv[2] ?? 1);
const only = process.argv[3];
const steps = 10_000;
const lineEvery = 1000;
/** Growth from the first line to the last beyond this is a leak: a hundredth of a megabyte a step would be 90. */
const allowed = 24;

const networks: readonly Pick<RecipeInit, "network" | "architecture" | "optimizer">[] = [
  { network: "sesr", architecture: { blocks: 3, features: 16, width: 16, scale: 2 } },
  { network: "edsr", architecture: { blocks: 1, features: 8, scale: 2 }, optimizer: "soap" },
  { network: "unet", architecture: { base: 4, scale: 2 } },
  { network: "mlp", architecture: { features: 16, depth: 3, scale: 2 } },
];
const crop = 12;
const dataset = smallDataset(2, crop);
const compiled = await compileKernels();

async function measure(init: (typeof networks)[number]): Promise<boolean> {
  const recipe = createRecipe({ name: "memory", batch: 2, crop, steps, ...init });
  await using engine = await createWasmProgramEngine({ threads });
  await using run = await createRun(createNetworkTask(recipe, dataset), engine, compiled);
  const { network, optimizer, side, batch } = recipe;
  console.log(
    `${network}, ${optimizer} on the ${side} side, batch ${batch} of ${crop}×${crop}, ${threads} threads\n step  resident MB  steps/s`,
  );
  const resident: number[] = [];
  let since = performance.now();
  while (run.stepsDone() < steps) {
    const { step, diverged } = await run.step();
    if (diverged) throw new Error(`The run diverged at step ${step}.`);
    if (step % lineEvery !== 0) continue;
    // what a run does on its way: a copy of all state, folded weights, a pause in which garbage may go
    run.save();
    run.averageOf(networkPlayer);
    await new Promise((resolve) => setImmediate(resolve));
    const megabytes = process.memoryUsage.rss() / 1e6;
    resident.push(megabytes);
    const rate = (lineEvery * 1000) / (performance.now() - since);
    console.log(
      `${String(step).padStart(5)}  ${megabytes.toFixed(1).padStart(11)}  ${rate.toFixed(0).padStart(7)}`,
    );
    since = performance.now();
  }
  const growth = resident.at(-1)! - resident[0]!;
  const flat = growth < allowed;
  console.log(
    `${growth < 0 ? "" : "+"}${growth.toFixed(1)} MB from step ${lineEvery} to ${steps}: ${flat ? "flat" : "it grows"}\n`,
  );
  return flat;
}

let allFlat = true;
for (const each of networks.filter(({ network }) => only === undefined || network === only))
  if (!(await measure(each))) allFlat = false;
process.exitCode = allFlat ? 0 : 1;
