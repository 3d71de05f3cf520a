/** `train RECIPE`: from command-line words to a run with a progress line. */

import { parseArgs } from "node:util";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { invalidOption, TatamiError } from "@tatami/core";
import { readEvaluationSet } from "./evaluate.ts";
import { prepareDataset } from "./prepared-dataset.ts";
import { createRecipe } from "./recipe.ts";
import type { Recipe, RecipeInit } from "./recipe.ts";
import { readCheckpoint } from "./checkpoint.ts";
import type { WideWeights } from "./transfer-weights.ts";
import type { TrainProgress } from "./train.ts";
import { train } from "./train.ts";

/** How the command is called. */
export const TRAIN_USAGE =
  "train RECIPE --data DIR --out DIR [--evaluate DIR] [--from CHECKPOINT] [--resume] [--minutes N] [--threads N] [--steps N] [--seed N] [--rate X]";

/** Runs the command; `print` takes lines of progress. An abort leaves a checkpoint first. */
export async function runTrainCommand(
  words: readonly string[],
  print: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    allowPositionals: true,
    options: {
      data: { type: "string" },
      out: { type: "string" },
      evaluate: { type: "string" },
      from: { type: "string" },
      resume: { type: "boolean" },
      minutes: { type: "string" },
      threads: { type: "string" },
      steps: { type: "string" },
      seed: { type: "string" },
      rate: { type: "string" },
    },
  });
  const [file] = positionals;
  if (!file || !values.data || !values.out) throw invalidOption("arguments", TRAIN_USAGE, words.join(" "));
  const written = await readRecipe(file);
  const recipe = createRecipe({
    ...written,
    steps: numberOr("steps", values.steps, written.steps),
    seed: numberOr("seed", values.seed, written.seed),
    rate: numberOr("rate", values.rate, written.rate),
  });
  const { scale } = recipe.architecture;
  print(`${recipe.name}: reading ${values.data}`);
  const prepared = join(values.out, `${recipe.track}-x${scale}.dataset`);
  const dataset = await prepareDataset(values.data, scale, recipe.crop, prepared);
  print(`${dataset.entries.length} pictures, ${(dataset.high.byteLength / 1e6).toFixed(0)} megapixels`);
  const evaluation = values.evaluate ? await readEvaluationSet(values.evaluate, scale) : [];
  const result = await train({
    recipe,
    dataset,
    evaluation,
    out: values.out,
    ...(values.from === undefined ? {} : { from: await readWideWeights(values.from) }),
    resume: values.resume ?? false,
    minutes: numberOr("minutes", values.minutes, Infinity),
    threads: numberOr("threads", values.threads, 1),
    ...(signal ? { signal } : {}),
    onProgress: (progress) => print(progressLine(progress)),
  });
  print(
    `${result.finished ? "finished" : "stopped"} at step ${result.step}; checkpoint ${result.checkpoint}`,
  );
}

/** A recipe file exports `recipe`. @throws TatamiError `input-not-found`, `invalid-option`. */
export async function readRecipe(file: string): Promise<Recipe> {
  const module = (await import(pathToFileURL(resolve(file)).href).catch((error: unknown) => {
    throw new TatamiError({
      code: "input-not-found",
      message: `The recipe ${file} cannot be loaded: ${String(error)}.`,
      fix: "Name a recipe file; TypeScript ones need a runner that knows TypeScript, for instance tsx.",
      cause: error,
    });
  })) as { recipe?: RecipeInit };
  if (!module.recipe) throw invalidOption("RECIPE", "a file that exports `recipe`", file);
  return createRecipe(module.recipe);
}

/** `step 250/30000  loss 0.01234  35.04 dB  8.1 steps/s  1 h 2 min left` */
function progressLine(progress: TrainProgress): string {
  const { step, steps, loss, psnr, rate, gradientNorm, stepsPerSecond, remaining } = progress;
  const parts = [
    `step ${step}/${steps}`,
    `loss ${loss.toFixed(5)}`,
    ...(psnr === undefined ? [] : [`${psnr.toFixed(3)} dB`]),
    `rate ${rate.toExponential(2)}`,
    `norm ${gradientNorm.toFixed(3)}`,
    `${stepsPerSecond.toFixed(2)} steps/s`,
    `${Math.round(remaining / 60)} min left`,
  ];
  return `${progress.steppedBack ? "diverged, back to " : ""}${parts.join("  ")}`;
}

function numberOr(flag: string, word: string | undefined, otherwise: number): number {
  if (word === undefined) return otherwise;
  const value = Number(word);
  if (word.trim() === "" || Number.isNaN(value)) throw invalidOption(`--${flag}`, "a number", word);
  return value;
}

/** The moving average of another run. */
async function readWideWeights(path: string): Promise<WideWeights> {
  const { recipe, state } = await readCheckpoint(path);
  return { architecture: recipe.architecture, weights: state.average };
}
