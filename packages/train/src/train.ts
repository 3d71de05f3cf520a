/** The training loop: steps, progress, checkpoints, and stepping back after a divergence. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { TatamiError, throwIfAborted } from "@tatami/core";
import { createBatchPool } from "./batch-pool.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { Dataset } from "./dataset.ts";
import type { EvaluationPicture } from "./evaluate.ts";
import { createEnlarge, evaluate } from "./evaluate.ts";
import type { KernelBuild } from "./kernels.ts";
import { compileKernels } from "./kernels.ts";
import type { Recipe } from "./recipe.ts";
import type { StepReport, Trainer } from "./trainer.ts";
import { createTrainer } from "./trainer.ts";
import type { StartWeights } from "./transfer-weights.ts";
import { transferWeights } from "./transfer-weights.ts";

/** How a run is made. */
export interface TrainOptions {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  /** Folder of the checkpoint; made when it is not there. */
  readonly out: string;
  /** A trained network to start from, of any shape: see {@link transferWeights}. @defaultValue a random start */
  readonly from?: StartWeights;
  /** Goes on from the folder's checkpoint. @defaultValue false */
  readonly resume?: boolean;
  /** Stops, with a checkpoint, after this long. @defaultValue no limit */
  readonly minutes?: number;
  /** @defaultValue 1 */
  readonly threads?: number;
  /** @defaultValue the best the engine has */
  readonly build?: KernelBuild;
  /** Pictures never trained on, scored for the progress line. @defaultValue none */
  readonly evaluation?: readonly EvaluationPicture[];
  /** Steps between progress reports. @defaultValue 250 */
  readonly reportEvery?: number;
  readonly onProgress?: (progress: TrainProgress) => void;
  readonly signal?: AbortSignal;
}

/** One line of progress. */
export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss since the last report. */
  readonly loss: number;
  readonly rate: number;
  /** Mean gradient norm since the last report, before clipping. */
  readonly gradientNorm: number;
  readonly stepsPerSecond: number;
  /** Seconds to the last step at this speed. */
  readonly remaining: number;
  /** Decibels of the moving average on the evaluation pictures, when there are any. */
  readonly psnr?: number;
  /** Set when the run has just gone back to an earlier step. */
  readonly steppedBack?: true;
}

/** How a run ended. */
export interface TrainResult {
  readonly step: number;
  readonly finished: boolean;
  readonly checkpoint: string;
}

/** Milliseconds between checkpoints. */
const CHECKPOINT_EVERY = 120_000;
/** Divergences in a row before a run is given up. */
const PATIENCE = 6;

/** The checkpoint of a run, inside its folder. */
export function checkpointPath(out: string, recipe: Recipe): string {
  return join(out, `${recipe.name}.checkpoint`);
}

/**
 * Trains until the recipe's last step, the time limit or an abort; each leaves a checkpoint.
 *
 * @throws TatamiError `wrong-answer` when the run diverges again and again, `input-not-found` without a checkpoint to resume.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { recipe, dataset, out, signal, evaluation = [], reportEvery = 250 } = options;
  const path = checkpointPath(out, recipe);
  await mkdir(out, { recursive: true });
  const compiled = await compileKernels(options.build);
  const { architecture, batch, crop } = recipe;
  await using pool = await createBatchPool(
    { architecture, batch, crop, dataset, compiled },
    options.threads ?? 1,
  );
  const initial = options.from && transferWeights(options.from, architecture, recipe.seed);
  const trainer = createTrainer(recipe, dataset, compiled, pool, initial);
  if (options.resume) trainer.restore((await readCheckpoint(path)).state);

  const started = performance.now();
  const ends = started + (options.minutes ?? Infinity) * 60_000;
  let good = trainer.save();
  let savedAt = started;
  let divergences = 0;
  const meter = createMeter();
  const goesOn = (): boolean =>
    trainer.stepsDone() < recipe.steps && performance.now() < ends && signal?.aborted !== true;
  while (goesOn()) {
    const report = trainer.step();
    meter.add(report);
    if (report.diverged) {
      divergences += 1;
      if (divergences > PATIENCE) throw divergedError(report);
      trainer.stepBack(good);
      options.onProgress?.({ ...meter.read(good.step, recipe.steps), steppedBack: true });
      continue;
    }
    if (performance.now() - savedAt > CHECKPOINT_EVERY) {
      good = trainer.save();
      divergences = 0;
      await writeCheckpoint(path, { recipe, state: good });
      savedAt = performance.now();
    }
    if (report.step % reportEvery === 0 || report.step === recipe.steps) {
      const progress = meter.read(report.step, recipe.steps);
      const psnr = scoreAverage(trainer);
      options.onProgress?.(psnr === undefined ? progress : { ...progress, psnr });
      meter.restart();
    }
    // lets timers and signals in; a step itself never waits for anything
    if (report.step % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await writeCheckpoint(path, { recipe, state: trainer.save() });
  throwIfAborted(signal);
  return { step: trainer.stepsDone(), finished: trainer.stepsDone() >= recipe.steps, checkpoint: path };

  function scoreAverage(from: Trainer): number | undefined {
    if (evaluation.length === 0) return undefined;
    const rows = evaluate(
      evaluation,
      createEnlarge(compiled, architecture, from.foldAverage()),
      architecture.scale,
    );
    return rows.at(-1)?.model.psnr;
  }
}

/** Means since the last report. */
function createMeter() {
  let losses = 0;
  let norms = 0;
  let count = 0;
  let rate = 0;
  let since = performance.now();
  return {
    add(report: StepReport): void {
      losses += report.loss;
      norms += report.gradientNorm;
      rate = report.rate;
      count += 1;
    },
    read(step: number, steps: number): TrainProgress {
      const stepsPerSecond = count / ((performance.now() - since) / 1000);
      return {
        step,
        steps,
        rate,
        stepsPerSecond,
        loss: losses / count,
        gradientNorm: norms / count,
        remaining: (steps - step) / stepsPerSecond,
      };
    },
    restart(): void {
      [losses, norms, count, since] = [0, 0, 0, performance.now()];
    },
  };
}

function divergedError(report: StepReport): TatamiError<"wrong-answer"> {
  return new TatamiError({
    code: "wrong-answer",
    message: `Training diverged ${PATIENCE + 1} times from the same checkpoint, last at step ${report.step} (loss ${report.loss}).`,
    fix: "Lower the recipe's rate or clipNorm.",
    detail: { step: report.step, loss: report.loss },
  });
}
