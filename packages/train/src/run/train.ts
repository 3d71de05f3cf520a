/** The training loop: steps, progress, checkpoints, and stepping back after a divergence. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption, TatamiError, throwIfAborted } from "@tatami/core";
import type { ModelParent } from "@tatami/graph";
import { createBatchPool } from "./batch/batch-pool.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import type { Dataset } from "../data/dataset.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import { createEnlarge, evaluate } from "../report/evaluate.ts";
import type { KernelBuild } from "./kernels.ts";
import { compileKernels } from "./kernels.ts";
import type { Recipe } from "../campaign/recipe.ts";
import { historyPath, openHistory } from "../report/history.ts";
import type { Checkpoint, StepReport, Trainer } from "./trainer.ts";
import { createTrainer } from "./trainer.ts";
import type { StartWeights } from "../shape/transfer-weights.ts";
import { transferWeights } from "../shape/transfer-weights.ts";
import { asOutputFailed } from "./write-whole.ts";

/** How a run is made. */
export interface TrainOptions {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  /** Folder of the checkpoint; made when it is not there. */
  readonly out: string;
  /** A trained network to start from, of any shape: see {@link transferWeights}. @defaultValue a random start */
  readonly from?: StartWeights;
  /** What `from` and the pictures were made of, for the checkpoint; with `resume` that of before. @defaultValue nothing */
  readonly lineage?: readonly ModelParent[];
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
  /** Called about twice a second, with what is known since the last report; never with a PSNR. */
  readonly onStep?: (progress: TrainProgress) => void;
  /** Where things come from, for the run's history: folders, the name of `from`. @defaultValue nothing */
  readonly sources?: Readonly<Record<string, string>>;
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
  /** The same of bicubic enlargement. */
  readonly bicubicPsnr?: number;
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
/** Milliseconds between pauses in which timers and signals are heard: a step itself never waits for anything. */
const PAUSE_EVERY = 500;
/** Divergences in a row before a run is given up. */
const PATIENCE = 6;

/** The checkpoint of a run, inside its folder. */
export function checkpointPath(out: string, recipe: Recipe): string {
  return join(out, `${recipe.name}.checkpoint`);
}

/**
 * Trains until the recipe's last step, the time limit or an abort; each leaves a checkpoint, and beside it the
 * history of the run (`report/history.ts`).
 *
 * @throws TatamiError `wrong-answer` when the run diverges again and again, `input-not-found` without a checkpoint to resume,
 * `invalid-option` when that one is of another network.
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { recipe, dataset, out, signal, evaluation = [], reportEvery = 250 } = options;
  const path = checkpointPath(out, recipe);
  await asOutputFailed(out, () => mkdir(out, { recursive: true }));
  const compiled = await compileKernels(options.build);
  const { architecture, batch, crop } = recipe;
  await using pool = await createBatchPool(
    { architecture, batch, crop, dataset, compiled },
    options.threads ?? 1,
  );
  const initial = options.from && transferWeights(options.from, architecture, recipe.seed);
  const trainer = createTrainer(recipe, dataset, compiled, pool, initial);
  const resumed = options.resume ? await readSame(path, recipe) : undefined;
  if (resumed) trainer.restore(resumed.state);
  const lineage = resumed ? resumed.lineage : (options.lineage ?? []);
  const made = { recipe, ...(lineage && { lineage }) };
  const history = await openHistory(historyPath(path), options.resume === true);
  const { sources = {} } = options;
  const step = trainer.stepsDone();
  await history.append({ kind: "start", step, recipe, pictures: dataset.entries.length, sources });

  const started = performance.now();
  const ends = started + (options.minutes ?? Infinity) * 60_000;
  let good = trainer.save();
  let savedAt = started;
  let pausedAt = started;
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
      await tell({ ...meter.read(good.step, recipe.steps), steppedBack: true });
      meter.restart();
      continue;
    }
    if (performance.now() - savedAt > CHECKPOINT_EVERY) {
      good = trainer.save();
      divergences = 0;
      await writeCheckpoint(path, { ...made, state: good });
      savedAt = performance.now();
    }
    if (report.step % reportEvery === 0 || report.step === recipe.steps) {
      await tell({ ...meter.read(report.step, recipe.steps), ...scoreAverage(trainer) });
      meter.restart();
    }
    if (performance.now() - pausedAt > PAUSE_EVERY) {
      if (meter.count() > 0) options.onStep?.(meter.read(report.step, recipe.steps));
      await new Promise((resolve) => setImmediate(resolve));
      pausedAt = performance.now();
    }
  }
  await writeCheckpoint(path, { ...made, state: trainer.save() });
  throwIfAborted(signal);
  return { step: trainer.stepsDone(), finished: trainer.stepsDone() >= recipe.steps, checkpoint: path };

  async function tell(progress: TrainProgress): Promise<void> {
    const { steps: _steps, remaining: _remaining, steppedBack, ...seen } = progress;
    await history.append({ kind: steppedBack ? "step-back" : "progress", ...seen });
    options.onProgress?.(progress);
  }

  function scoreAverage(from: Trainer): { psnr?: number; bicubicPsnr?: number } {
    if (evaluation.length === 0) return {};
    const enlarge = createEnlarge(compiled, architecture, from.foldAverage());
    const mean = evaluate(evaluation, enlarge, architecture.scale).at(-1)!;
    return { psnr: mean.model.psnr, bicubicPsnr: mean.bicubic.psnr };
  }
}

/** A checkpoint, if it is of the recipe's network. */
async function readSame(path: string, recipe: Recipe): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(path);
  const { optimizer, architecture } = checkpoint.recipe;
  const fields: readonly (readonly [string, number | string, number | string])[] = [
    ...(["blocks", "features", "width", "scale"] as const).map(
      (key) => [`architecture.${key}`, architecture[key], recipe.architecture[key]] as const,
    ),
    ["optimizer", optimizer, recipe.optimizer],
  ];
  for (const [name, seen, wanted] of fields) {
    if (seen === wanted) continue;
    throw invalidOption(
      `recipe.${name}`,
      `${seen}, as in ${path}, to go on from there`,
      wanted,
      "Start from that checkpoint instead of going on, or train into another folder.",
    );
  }
  return checkpoint;
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
    count: () => count,
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
