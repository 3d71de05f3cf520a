/** One training run's state, moved step by step. */

import type { ModelParent } from "@tatami/graph";
import type { BatchPool } from "./batch/join-batch-pool.ts";
import { createCropSampler } from "../feed/crop.ts";
import type { Dataset } from "../data/dataset.ts";
import { createInitialWeights } from "../shape/initial-weights.ts";
import type { CompiledKernels } from "./kernels.ts";
import { createOptimizer } from "../optimizer/create-optimizer.ts";
import type { OptimizerState } from "../optimizer/optimizer.ts";
import { createRandom, restoreRandom } from "./random.ts";
import type { Random } from "./random.ts";
import type { Architecture } from "../shape/architecture.ts";
import type { Recipe } from "../campaign/recipe.ts";
import { rateAt } from "./schedule.ts";

/** Everything that a run needs to go on exactly as if it had never stopped. */
export interface TrainerState extends OptimizerState {
  /** Steps done. */
  readonly step: number;
  readonly random: readonly number[];
  /** Smoothed loss, for telling divergence. */
  readonly smoothedLoss: number;
  /** Lowest smoothed loss so far. */
  readonly lowestLoss: number;
  /** What the learning rate is multiplied by; halved after each divergence. */
  readonly rateFactor: number;
}

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly recipe: Recipe;
  /** What the run was made from. @defaultValue not known: checkpoints of before did not say */
  readonly lineage?: readonly ModelParent[];
  readonly state: TrainerState;
}

/** What one step saw. */
export interface StepReport {
  /** Steps done, this one included. */
  readonly step: number;
  readonly loss: number;
  readonly rate: number;
  /** Of the wide gradient, before clipping. */
  readonly gradientNorm: number;
  /** Whether the loss has run away or is no number: restore an earlier state. */
  readonly diverged: boolean;
}

/** A run in progress. */
export interface Trainer {
  stepsDone(): number;
  step(): StepReport;
  save(): TrainerState;
  restore(state: TrainerState): void;
  /** After a divergence: the saved state with half its learning rate, and with crops that it has not seen. */
  stepBack(state: TrainerState): void;
  /** The folded moving average: what is evaluated and shipped. */
  foldAverage(): Float32Array;
}

/** Steps that the smoothed loss is a mean over, about. */
const MEMORY = 100;
/** A smoothed loss this many times its lowest means divergence: the clipped output bounds a loss that has run away. */
const RUNAWAY = 3;
/** Steps before the smoothed loss is judged. */
const SETTLING = 20;

/**
 * A run at its first step. The pool must have been made for the same recipe and data set.
 *
 * @param initial the wide weights to begin with; random ones from the recipe's seed when left out
 */
export function createTrainer(
  recipe: Recipe,
  dataset: Dataset,
  compiled: CompiledKernels,
  pool: BatchPool,
  initial: Float32Array = createInitialWeights(asArchitecture(recipe), recipe.seed),
): Trainer {
  const architecture = asArchitecture(recipe);
  const optimizer = createOptimizer(compiled, architecture, initial, recipe);
  const sampler = createCropSampler(dataset, recipe.crop, recipe.candidates);
  let random: Random = createRandom(recipe.seed + 1);
  let step = 0;
  let smoothedLoss = 0;
  let lowestLoss = Infinity;
  let rateFactor = 1;

  const restore = (state: TrainerState): void => {
    optimizer.restore(state);
    ({ step, smoothedLoss, lowestLoss, rateFactor } = state);
    random = restoreRandom(state.random);
  };
  return {
    stepsDone: () => step,
    step() {
      sampler.sample(random, pool.crops);
      const loss = pool.run(optimizer.fold(), optimizer.gradient);
      const rate = rateFactor * rateAt(recipe, step);
      const gradientNorm = optimizer.step(step, rate);
      step += 1;
      smoothedLoss += (loss - smoothedLoss) / Math.min(step, MEMORY);
      lowestLoss = Math.min(lowestLoss, smoothedLoss);
      const finite = Number.isFinite(loss) && Number.isFinite(gradientNorm);
      return {
        step,
        loss,
        rate,
        gradientNorm,
        diverged: !finite || (step > SETTLING && smoothedLoss > RUNAWAY * lowestLoss),
      };
    },
    save: () => ({ ...optimizer.save(), step, random: random.state(), smoothedLoss, lowestLoss, rateFactor }),
    restore,
    stepBack(state) {
      const later = random;
      const factor = rateFactor / 2;
      restore(state);
      random = later;
      rateFactor = factor;
    },
    foldAverage: () => optimizer.foldAverage(),
  };
}

/** A SESR of one width, before its shape is checked. */
function asArchitecture({ architecture }: Recipe): Architecture {
  return architecture as unknown as Architecture;
}
