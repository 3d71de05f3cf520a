/** Fine-tuning a network on frames of one camera: frames in, model out. Knows neither files nor threads. */

import {
  checkInteger,
  checkNumber,
  checkOneOf,
  createRandom,
  invalidOption,
  psnr,
  TatamiError,
  throwIfAborted,
} from "@tatami/core";
import type { Model, ModelParent, ProgramEngine } from "@tatami/graph";
import type { Compress } from "../data/camera/compress.ts";
import type { FrameSequence } from "../data/camera/frame-sequence.ts";
import type { LumaPair } from "../data/dataset.ts";
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
import { chooseFrames, keptLuma, sharpestPart } from "./choose-frames.ts";
import type { Camera } from "./degrade-sequence.ts";
import { degradeSequence } from "./degrade-sequence.ts";
import { estimateNoise } from "./estimate-noise.ts";
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

/** Larger frames are cut down to their sharpest part of this side, which holds crops enough. */
const largestPart = 512;
/** Share of the footage held back: its end, so that no frame is judged by that has a neighbour among those learned from. */
const heldBackShare = 1 / 4;
/** Fewer chosen frames than this cannot be split into some to learn from and some to judge by. */
const fewestFrames = 4;
/** Rates that no network tried was the worse for: it begins near where it ends. */
const rates: Readonly<Record<OptimizerName, number>> = { soap: 3e-3, adam: 4e-4 };
/** Side of a training crop in low-resolution pixels, where frames are large enough. */
const [largestCrop, smallestCrop] = [48, 16];

/**
 * Trains for minutes on the sharpest, most different frames, degraded as their own camera would.
 *
 * @throws TatamiError `invalid-option`, `input-not-found` with too few or too small frames, `wrong-answer` when the
 * tuned network is no better than the one it began with on the frames held back.
 */
export async function fineTuneOnFrames(options: FineTuneFramesOptions): Promise<FineTuned> {
  const { from, engine, signal, name } = options;
  const seed = checkInteger("seed", options.seed ?? 1, 0, 2 ** 32 - 1);
  const count = checkInteger("frames", options.frames ?? 24, fewestFrames, 1000);
  const degradations = checkInteger("degradations", options.degradations ?? 3, 1, 64);
  const [lowest, highest] = options.camera.quantizers;
  if (lowest > highest) throw invalidOption("camera.quantizers", "lowest first", `${lowest}, ${highest}`);
  const optimizer = checkOneOf("optimizer", options.optimizer ?? "soap", ["soap", "adam"]);
  const rate = checkNumber("rate", options.rate ?? rates[optimizer], 0, 0.01);
  const { network, architecture } = from;
  const { scale } = architecture;

  const crop = cropFor(options.candidates, scale);
  const [toLearn, toHoldBack] = splitFootage(options.candidates, count);
  const chosen = [...toLearn, ...toHoldBack];
  if (chosen.length < fewestFrames || crop < smallestCrop) throw tooLittle(chosen.length, crop, scale);
  const noise = medianOf(chosen.map((sequence) => estimateNoise(keptLuma(sequence))));
  const camera: Camera = { ...options.camera, noise };
  const parts = chosen.map((sequence) => sharpestPart(sequence, largestPart));
  const learned: LumaPair[] = [];
  const heldBack: EvaluationPicture[] = [];
  for (const [index, sequence] of parts.entries()) {
    const holds = index >= toLearn.length;
    for (let version = 0; version < (holds ? 1 : degradations); version++) {
      throwIfAborted(signal);
      const random = createRandom((Math.imul(seed, 0x9e3779b1) ^ (index * 64 + version)) >>> 0);
      const pair = await degradeSequence(sequence, scale, camera, random, engine.compress, signal);
      if (holds) heldBack.push({ name: sequence.name, ...pair });
      else learned.push(pair);
    }
    options.onFrame?.(index + 1, parts.length);
  }

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
  const createTuneRecipe = (steps: number): Recipe =>
    createRecipe({
      name,
      network,
      architecture,
      track: "camera",
      optimizer,
      degradations,
      seed,
      steps,
      crop,
      rate,
      batch: options.batch ?? 16,
      warmUp: Math.min(50, Math.floor(steps / 10)),
      // so short a run needs a short memory
      averageDecay: Math.max(0, Math.min(0.999, 1 - 20 / steps)),
    });
  const { before, after, folded, state } = await runFineTuning({
    async begin(total) {
      const recipe = createTuneRecipe(total);
      const task = createNetworkTask(recipe, dataset, transferWeights(from, recipe));
      return createRun(task, engine.programs, engine.compiled);
    },
    fold: networkObjective(createTuneRecipe(1)).fold,
    steps: options.steps === undefined ? undefined : checkInteger("steps", options.steps, 1),
    minutes: checkNumber("minutes", options.minutes ?? 5, 0),
    scoreOf,
    reportEvery: checkInteger("reportEvery", options.reportEvery ?? 50, 1),
    onProgress: options.onProgress,
    scores: checkInteger("scores", options.scores ?? 0, 0),
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
    trainedOn: chosen.length - heldBack.length,
    heldBack: heldBack.length,
    heldBackFrames: heldBack,
    checkpoint: {
      recipe: createTuneRecipe(steps),
      ...(options.lineage && { lineage: options.lineage }),
      state,
    },
    psnr: { before, after },
  };
}

/** Frames to learn from and frames to hold back, `count` at most. */
export function splitFootage(
  candidates: readonly FrameSequence[],
  count: number,
): readonly [readonly FrameSequence[], readonly FrameSequence[]] {
  const shareOf = (total: number): number => Math.max(1, Math.floor(total * heldBackShare));
  const border = Math.max(0, candidates.length - shareOf(candidates.length));
  return [
    chooseFrames(candidates.slice(0, border), count - shareOf(count)),
    chooseFrames(candidates.slice(border), shareOf(count)),
  ];
}

/** As large a crop as every frame has room for. */
function cropFor(candidates: readonly FrameSequence[], scale: number): number {
  const sides = candidates.flatMap(({ frames }) =>
    frames.slice(0, 1).map(({ width, height }) => Math.min(width, height)),
  );
  return Math.min(largestCrop, ...sides.map((side) => 2 * Math.floor(side / (2 * scale))));
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function tooLittle(found: number, crop: number, scale: number): TatamiError<"input-not-found"> {
  return new TatamiError({
    code: "input-not-found",
    message: `The footage has ${found} usable frames, their smallest side ${crop} pixels once reduced ${scale} times.`,
    fix: `Give at least ${fewestFrames} different frames, at least ${smallestCrop * scale} pixels high.`,
    detail: { found, crop },
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
