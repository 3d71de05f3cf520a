/**
 * Trains what it was given on a GPU, for so many minutes, and leaves checkpoints that `tatami train --resume` goes on
 * from: what `npm run campaign:gpu` packs. It needs nothing but the folder that it lies in.
 */

import { copyFile, mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { TatamiError } from "@tatami/core";
import { readDatasetFile } from "../src/data/dataset-file.ts";
import type { Dataset } from "../src/data/dataset.ts";
import { lowUnit } from "../src/data/dataset.ts";
import { createRecipe } from "../src/campaign/recipe.ts";
import type { Recipe } from "../src/campaign/recipe.ts";
import { readTrained } from "../src/campaign/read-trained.ts";
import type { EvaluationPicture } from "../src/report/evaluate.ts";
import { checkpointPath, train } from "../src/run/train.ts";
import type { TrainProgress } from "../src/run/train.ts";
import type { StartWeights } from "../src/shape/transfer-weights.ts";
import type { ProgramEngine } from "@tatami/graph";
import { createOnnxProgramEngine } from "@tatami/runtime";
import type { CarriedPlan, CarriedRun } from "./plan.ts";
import { carriedKey, planFile } from "./plan.ts";

const here = dirname(fileURLToPath(import.meta.url));
/** Pictures that are not trained on but scored, at most, and one of how many they are at most. */
const [mostScored, oneOf] = [8, 10];
/** Seconds in which a run's speed is taken, before its steps are known. */
const probeSeconds = 8;
/** Part of the time that is left for scores and files. */
const slack = 0.06;

const { values } = parseArgs({
  options: {
    out: { type: "string", default: "runs" },
    minutes: { type: "string", default: "10" },
    batch: { type: "string" },
    rate: { type: "string" },
    steps: { type: "string" },
    software: { type: "boolean", default: false },
  },
});

try {
  await trainAll();
} catch (error) {
  if (!TatamiError.is(error)) throw error;
  console.error(`${error.code}: ${error.message}\n${error.fix}`);
  process.exitCode = 1;
}
// onnxruntime-web keeps a process alive that has nothing left to do
process.exit();

async function trainAll(): Promise<void> {
  const plan = JSON.parse(await readFile(join(here, planFile), "utf8")) as CarriedPlan;
  await mkdir(values.out, { recursive: true });
  const engine = await createOnnxProgramEngine({ device: "webgpu", acceptSoftwareAdapter: values.software });
  console.log(engine.description);
  const minutes = Number(values.minutes) / plan.runs.length;
  for (const run of plan.runs) await trainCarried(run, engine, minutes);
  await engine[Symbol.asyncDispose]();
}

async function trainCarried(carried: CarriedRun, on: ProgramEngine, most: number): Promise<void> {
  const dataset = (await readDatasetFile(
    join(here, carried.dataset),
    carriedKey,
    carried.recipe.architecture.scale,
  ))!;
  const { learned, scored } = split(dataset);
  const started = performance.now();
  const from =
    carried.from === undefined ? undefined : (await readTrained(join(here, carried.from))).startWeights();
  const asked = change(carried.recipe);
  const resume = carried.checkpoint !== undefined;
  if (carried.checkpoint !== undefined)
    await copyFile(join(here, carried.checkpoint), checkpointPath(values.out, asked));
  const steps =
    values.steps === undefined && !resume ? await stepsThatFit(asked, learned, from, on, most) : asked.steps;
  const recipe = createRecipe({ ...asked, steps });
  console.log(`${recipe.name}: ${steps} steps, batch ${recipe.batch} of ${recipe.crop}×${recipe.crop}`);
  const spent = (performance.now() - started) / 60_000;
  const { step, checkpoint } = await train({
    recipe,
    dataset: learned,
    out: values.out,
    resume,
    engine: on,
    minutes: most * (1 - slack / 2) - spent,
    evaluation: scored,
    reportEvery: Math.max(1, Math.floor(steps / 10)),
    onProgress: (progress) => console.log(line(recipe.name, progress)),
    sources: { device: on.description },
    ...(from && { from }),
  });
  console.log(`${recipe.name}: step ${step}, ${checkpoint}`);
}

/** The recipe with what was asked for here: Adam on the wide weights, whose whole steps stay on the GPU. */
function change(recipe: Recipe): Recipe {
  const { batch, rate, steps } = values;
  return createRecipe({
    ...recipe,
    ...(batch !== undefined && { batch: Number(batch) }),
    ...(rate !== undefined && { rate: Number(rate) }),
    ...(steps !== undefined && { steps: Number(steps) }),
  });
}

/** Trains for some seconds into nowhere, to know how many steps there is time for. */
async function stepsThatFit(
  recipe: Recipe,
  dataset: Dataset,
  from: StartWeights | undefined,
  on: ProgramEngine,
  most: number,
): Promise<number> {
  const out = join(values.out, "probe");
  // the first run compiles shaders
  let perSecond = 0;
  for (const seconds of [1, probeSeconds]) {
    await train({
      recipe: createRecipe({ ...recipe, steps: 1_000_000 }),
      dataset,
      out,
      engine: on,
      minutes: seconds / 60,
      reportEvery: 1_000_000,
      onStep: ({ stepsPerSecond }) => (perSecond = stepsPerSecond),
      ...(from && { from }),
    });
  }
  const seconds = most * 60 * (1 - slack) - probeSeconds - 2;
  return Math.max(1, Math.floor(seconds * perSecond));
}

/** Entries that are learned, and pictures that are held back. */
function split(dataset: Dataset): {
  readonly learned: Dataset;
  readonly scored: readonly EvaluationPicture[];
} {
  const every = Math.max(oneOf, Math.ceil(dataset.entries.length / mostScored));
  const held = dataset.entries.filter((_, index) => index % every === every - 1);
  const learned = { ...dataset, entries: dataset.entries.filter((entry) => !held.includes(entry)) };
  const { scale } = dataset;
  const [lowSamples, highSamples] = [new Uint16Array(dataset.low), new Uint8Array(dataset.high)];
  const scored = held.map(({ width, height, low, high }, index): EvaluationPicture => {
    const count = width * height;
    return {
      name: `held ${index}`,
      low: {
        width,
        height,
        data: Float32Array.from(lowSamples.subarray(low, low + count), (value) => value / lowUnit),
      },
      high: {
        width: width * scale,
        height: height * scale,
        data: Float32Array.from(highSamples.subarray(high, high + count * scale * scale)),
      },
    };
  });
  return { learned, scored };
}

function line(name: string, { step, steps, loss, stepsPerSecond, psnr, bicubicPsnr }: TrainProgress): string {
  const score = psnr === undefined ? "" : `  ${psnr.toFixed(2)} dB (bicubic ${bicubicPsnr!.toFixed(2)})`;
  return `${name}  step ${step}/${steps}  loss ${loss.toFixed(5)}${score}  ${stepsPerSecond.toFixed(1)} steps/s`;
}
