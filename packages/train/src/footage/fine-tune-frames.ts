/** Fine-tuning a network on frames of one camera: frames in, model out. Knows neither files nor threads. */

import { checkInteger, checkNumber, checkOneOf, invalidOption, psnr, TatamiError } from "@tatami/core";
import type { Model, ModelParent, ProgramEngine } from "@tatami/graph";
import type { Compress } from "../data/camera/compress.ts";
import type { FrameSequence } from "../data/camera/frame-sequence.ts";
import { createDataset } from "../data/dataset.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import { createEnlarge } from "../report/evaluate.ts";
import { networkModel } from "../shape/network-model.ts";
import { roundLuma } from "../data/luma.ts";
import type { OptimizerName } from "../optimizer/flat-optimizer.ts";
import type { Recipe } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createNetworkTask, networkObjective } from "../run/network-task.ts";
import { createRun } from "../run/player-trainer.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { StartWeights } from "../shape/transfer-weights.ts";
import { transferWeights } from "../shape/transfer-weights.ts";
import type { Camera } from "./degrade-sequence.ts";
import { fewestFrames, prepareFootage } from "./prepare-footage.ts";
import { runFineTuning } from "./run-fine-tuning.ts";
import type { FineTuneProgress } from "./run-fine-tuning.ts";

/** What the environment gives: kernels, threads, a codec. */
export interface FineTuneEngine {
  readonly compiled: CompiledKernels;
  readonly programs: ProgramEngine;
  readonly compress: Compress;
}

/** What is tuned, on what, and for how long. */
export interface FineTuneFramesOptions {
  /** Short runs of consecutive frames in the order of time, one size each: the middle frame of each may be learned from. */
  readonly candidates: readonly FrameSequence[];
  /** The network to begin with: of a checkpoint, or of a shipped model. */
  readonly from: StartWeights;
  readonly engine: FineTuneEngine;
  /** The tuned model's name. */
  readonly name: string;
  /** What `from` was made of, for the checkpoint. @defaultValue not known */
  readonly lineage?: readonly ModelParent[];
  /** What the camera compresses with, and how coarsely. */
  readonly camera: Pick<Camera, "codec" | "quantizers">;
  /** Frames learned from and held back, at most. @defaultValue 24 */
  readonly frames?: number;
  /** Reductions of each frame. @defaultValue 3 */
  readonly degradations?: number;
  /** Minutes of training. @defaultValue 5 */
  readonly minutes?: number;
  /** Steps of training, in place of minutes: the same result on every machine. @defaultValue as many as fit */
  readonly steps?: number;
  /** What moves the weights. @defaultValue "soap" */
  readonly optimizer?: OptimizerName;
  /** Highest learning rate. @defaultValue 0.003 with SOAP, 0.0004 with Adam */
  readonly rate?: number;
  /** Crops in a step. @defaultValue 16 */
  readonly batch?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
  /** Told how many frames of how many are degraded, before training begins. */
  readonly onFrame?: (ready: number, count: number) => void;
  /** Steps between reports of progress. @defaultValue 50 */
  readonly reportEvery?: number;
  readonly onProgress?: (progress: FineTuneProgress) => void;
  /** How often the network is scored on the way, evenly spread. @defaultValue 0 */
  readonly scores?: number;
  /** Told the mean decibels on the frames held back: before the first step, on the way, and at the end. */
  readonly onScore?: (step: number, psnr: number) => void;
  /** Ends training when it aborts, with what has been learned so far. @defaultValue never */
  readonly enough?: AbortSignal;
  readonly signal?: AbortSignal;
}

/** A tuned model that is better on frames it never saw. */
export interface FineTuned {
  readonly model: Model;
  readonly steps: number;
  /** What the camera was taken for. */
  readonly camera: Camera;
  readonly trainedOn: number;
  readonly heldBack: number;
  /** The frames held back and their reductions. */
  readonly heldBackFrames: readonly EvaluationPicture[];
  /** The recipe and where it ended, as training writes it. */
  readonly checkpoint: Checkpoint;
  /** Mean decibels on the frames held back, of the network it began with and of this one. */
  readonly psnr: { readonly before: number; readonly after: number };
}

/** Rates that no network tried was the worse for: it begins near where it ends. */
const rates: Readonly<Record<OptimizerName, number>> = { soap: 3e-3, adam: 4e-4 };

/**
 * Trains for minutes on the sharpest, most different frames, degraded as their own camera would.
 *
 * @throws TatamiError `invalid-option`, `input-not-found` with too few or too small frames, `wrong-answer` when the
 * tuned network is no better than the one it began with on the frames held back.
 */
export async function fineTuneOnFrames(options: FineTuneFramesOptions): Promise<FineTuned> {
  const { from, engine, signal, name } = options;
  const settings = resolve(options);
  const { network, architecture } = from;
  const { scale } = architecture;
  const { camera, crop, learned, heldBack, trainedOn } = await prepareFootage({
    ...settings,
    candidates: options.candidates,
    camera: options.camera,
    compress: engine.compress,
    scale,
    onFrame: options.onFrame,
    signal,
  });
  const dataset = createDataset(learned, scale, crop);
  const modelOf = (folded: Tensors): Model => networkModel({ name, network, architecture }, folded);
  const scoreOf = (folded: Tensors): number => {
    const enlarge = createEnlarge(engine.compiled, modelOf(folded));
    const sum = heldBack.reduce(
      (total, { low, high }) => total + psnr(roundLuma(enlarge(low)), high, scale),
      0,
    );
    return sum / heldBack.length;
  };
  const recipeOf = (steps: number): Recipe => createTuneRecipe(options, settings, crop, steps);
  const { before, after, folded, state } = await runFineTuning({
    async begin(total) {
      const recipe = recipeOf(total);
      const task = createNetworkTask(recipe, dataset, transferWeights(from, recipe));
      return createRun(task, engine.programs, engine.compiled);
    },
    fold: networkObjective(recipeOf(1)).fold,
    steps: settings.steps,
    minutes: settings.minutes,
    scoreOf,
    reportEvery: settings.reportEvery,
    onProgress: options.onProgress,
    scores: settings.scores,
    onScore: options.onScore,
    enough: options.enough,
    signal,
  });
  const steps = state.step;
  if (!(after > before)) throw notBetter(before, after, heldBack.length, steps);
  return {
    model: modelOf(folded),
    steps,
    camera,
    trainedOn,
    heldBack: heldBack.length,
    heldBackFrames: heldBack,
    checkpoint: {
      recipe: recipeOf(steps),
      ...(options.lineage && { lineage: options.lineage }),
      state,
    },
    psnr: { before, after },
  };
}

/** Options with their defaults, checked. */
interface TuneSettings {
  readonly seed: number;
  readonly count: number;
  readonly degradations: number;
  readonly optimizer: OptimizerName;
  readonly rate: number;
  readonly steps: number | undefined;
  readonly minutes: number;
  readonly reportEvery: number;
  readonly scores: number;
}

function resolve(options: FineTuneFramesOptions): TuneSettings {
  const [lowest, highest] = options.camera.quantizers;
  if (lowest > highest) throw invalidOption("camera.quantizers", "lowest first", `${lowest}, ${highest}`);
  const optimizer = checkOneOf("optimizer", options.optimizer ?? "soap", ["soap", "adam"]);
  return {
    seed: checkInteger("seed", options.seed ?? 1, 0, 2 ** 32 - 1),
    count: checkInteger("frames", options.frames ?? 24, fewestFrames, 1000),
    degradations: checkInteger("degradations", options.degradations ?? 3, 1, 64),
    optimizer,
    rate: checkNumber("rate", options.rate ?? rates[optimizer], 0, 0.01),
    steps: options.steps === undefined ? undefined : checkInteger("steps", options.steps, 1),
    minutes: checkNumber("minutes", options.minutes ?? 5, 0),
    reportEvery: checkInteger("reportEvery", options.reportEvery ?? 50, 1),
    scores: checkInteger("scores", options.scores ?? 0, 0),
  };
}

function createTuneRecipe(
  { name, from, batch = 16 }: FineTuneFramesOptions,
  { optimizer, degradations, seed, rate }: TuneSettings,
  crop: number,
  steps: number,
): Recipe {
  return createRecipe({
    name,
    network: from.network,
    architecture: from.architecture,
    track: "camera",
    optimizer,
    degradations,
    seed,
    steps,
    crop,
    rate,
    batch,
    warmUp: Math.min(50, Math.floor(steps / 10)),
    // so short a run needs a short memory
    averageDecay: Math.max(0, Math.min(0.999, 1 - 20 / steps)),
  });
}

function notBetter(
  before: number,
  after: number,
  heldBack: number,
  steps: number,
): TatamiError<"wrong-answer"> {
  return new TatamiError({
    code: "wrong-answer",
    message: `After ${steps} steps the model scores ${after.toFixed(2)} dB on ${heldBack} frames held back, the one it began with ${before.toFixed(2)} dB.`,
    fix: "Keep the model you began with, or give more, sharper or more varied footage, or more minutes.",
    detail: { before, after, heldBack, steps },
  });
}
