/** Steps a second of SESR-M5 ×2 (batch 16 of 48×48) for both builds and 1 and 2 threads: `npx tsx packages/train/bench/steps.ts`. */

import { availableParallelism } from "node:os";
import { performance } from "node:perf_hooks";
import { networkOf } from "@tatami/graph";
import { createWasmProgramEngine } from "@tatami/runtime";
import { createDataset } from "../src/data/dataset.ts";
import { createBicubicPair } from "../src/data/tracks/bicubic.ts";
import { compileKernels } from "../src/run/kernels.ts";
import type { KernelBuild } from "../src/run/kernels.ts";
import { createRandom } from "../src/run/random.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import { createNetworkTask } from "../src/run/network-task.ts";
import { createRun } from "../src/run/player-trainer.ts";

const recipe = createRecipe({
  name: "bench",
  architecture: { blocks: 5, features: 16, width: 256, scale: 2 },
});
/** Seconds measured, after as many steps of warming up. */
const SECONDS = 10;
const WARM_UP = 15;

/** Multiply-accumulates of a step: forward, weight gradients, and input gradients of all layers but the first. */
function macsPerStep(): number {
  const kernels = networkOf("sesr")
    .weights(recipe.architecture)
    .filter(({ name }) => name.endsWith(".kernel"))
    .map(({ shape }) => shape.reduce((product, size) => product * size, 1));
  const forward = kernels.reduce((sum, count) => sum + count, 0);
  return (3 * forward - kernels[0]!) * recipe.batch * recipe.crop ** 2;
}

async function measure(build: KernelBuild, threads: number): Promise<void> {
  const random = createRandom(1);
  const picture = {
    width: 512,
    height: 512,
    channels: 3 as const,
    data: Uint8Array.from({ length: 512 * 512 * 3 }, () => random.integer(256)),
  };
  const dataset = createDataset([createBicubicPair(picture, 2)], 2, recipe.crop);
  const compiled = await compileKernels(build);
  await using engine = await createWasmProgramEngine({ threads, build });
  await using run = await createRun(createNetworkTask(recipe, dataset), engine, compiled);
  for (let i = 0; i < WARM_UP; i++) await run.step();
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  while (performance.now() - start < SECONDS * 1000) {
    const before = performance.now();
    await run.step();
    times.push(performance.now() - before);
  }
  const used = process.cpuUsage(cpu);
  const mean = times.length / ((performance.now() - start) / 1000);
  const best = 1000 / Math.min(...times);
  const perCpuSecond = times.length / ((used.user + used.system) / 1e6);
  const memory = process.memoryUsage().rss / 1e6;
  console.log(
    `${build.padEnd(8)} ${threads} thread${threads > 1 ? "s" : " "}  ${mean.toFixed(2)} steps/s  best ${best.toFixed(2)}` +
      `  ${((mean * macsPerStep()) / 1e9).toFixed(1)} GMAC/s  ${perCpuSecond.toFixed(2)} steps per CPU second  ${memory.toFixed(0)} MB resident`,
  );
}

console.log(`${(macsPerStep() / 1e9).toFixed(2)} GMAC a step, ${availableParallelism()} cores`);
for (const build of ["relaxed", "simd"] as const) {
  for (const threads of [1, 2]) await measure(build, threads);
}
