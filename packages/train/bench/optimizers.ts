/**
 * Prints how far Adam on the wide weights and SOAP on the folded ones bring SESR-M5 ×2 from the same random start in
 * the same number of steps, with and without a choice of crops and sizes:
 *
 *     npx tsx --conditions=@tatami/source packages/train/bench/optimizers.ts PICTURES STEPS SET…
 *
 * Steps a second are of both threads and of this run alone; PSNR is the moving average's, in dB on luma.
 */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import { createEnlarge, evaluate } from "../src/report/evaluate.ts";
import { compileKernels } from "../src/run/kernels.ts";
import { prepareDataset } from "../src/data/prepared-dataset.ts";
import { readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import type { RecipeInit } from "../src/campaign/recipe.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import { createNetworkTask, networkPlayer, networkObjective } from "../src/run/network-task.ts";
import { createRun } from "../src/run/player-trainer.ts";
import { networkModel } from "../src/shape/network-model.ts";

const [pictures = "", stepsWord = "", ...folders] = process.argv.slice(2);
const steps = Number(stepsWord);
const architecture = { blocks: 5, features: 16, width: 256, scale: 2 };
const ways: Readonly<Record<string, Partial<RecipeInit>>> = {
  "adam, rate 0.0005": { optimizer: "adam" },
  "adam, rate 0.0015": { optimizer: "adam", rate: 1.5e-3 },
  "adam, 3 candidates": { optimizer: "adam", candidates: 3 },
  soap: { optimizer: "soap" },
  "soap, 3 candidates": { optimizer: "soap", candidates: 3 },
  "the same, 2 sizes": { optimizer: "soap", candidates: 3, sizes: [1, 0.65] },
};

const sets = await Promise.all(
  folders.map(async (folder) => ({
    name: basename(folder),
    pictures: await readEvaluationSet(folder, architecture.scale),
  })),
);
const compiled = await compileKernels();
const scratch = await mkdtemp(join(tmpdir(), "tatami-optimizers-"));
try {
  for (const [name, way] of Object.entries(ways)) {
    const recipe = createRecipe({ name: "bench", architecture, steps, ...way });
    const { crop, sizes } = recipe;
    const { scale } = architecture;
    const dataset = await prepareDataset(pictures, scale, crop, join(scratch, "pictures.dataset"), { sizes });
    await using engine = await createWasmProgramEngine({ threads: 2 });
    await using run = await createRun(createNetworkTask(recipe, dataset), engine, compiled);
    let time = 0;
    for (let quarter = 1; quarter <= 4; quarter++) {
      const start = performance.now();
      while (run.stepsDone() < (steps * quarter) / 4) await run.step();
      time += performance.now() - start;
      const folded = networkObjective(recipe).fold(run.averageOf(networkPlayer));
      const enlarge = createEnlarge(compiled, networkModel(recipe, folded));
      const scores = sets.map(({ name: set, pictures: each }) => {
        const mean = evaluate(each, enlarge, scale).at(-1)!;
        return `${set} ${mean.model.psnr.toFixed(2)} (+${(mean.model.psnr - mean.bicubic.psnr).toFixed(2)})`;
      });
      const done = run.stepsDone();
      const speed = (done / time) * 1000;
      console.log(
        `${name.padEnd(20)}${String(done).padStart(6)} steps  ${scores.join("  ")}  ${speed.toFixed(1)} steps/s`,
      );
    }
  }
} finally {
  await rm(scratch, { recursive: true, force: true });
}
