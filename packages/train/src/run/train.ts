/** A training run in a folder: its checkpoint, its history, and what is told on the way. */

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption, throwIfAborted } from "@tatami/core";
import type { ModelParent, ProgramEngine } from "@tatami/graph";
import type { KernelBuild } from "@tatami/kernels";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { Recipe } from "../campaign/recipe.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { Teaching } from "../distil/teaching.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import { createEnlarge, evaluate } from "../report/evaluate.ts";
import { historyPath, openHistory } from "../report/history.ts";
import { networkModel } from "../shape/network-model.ts";
import { describeTransfer } from "../shape/describe-transfer.ts";
import type { StartWeights } from "../shape/transfer-weights.ts";
import { transferWeights } from "../shape/transfer-weights.ts";
import type { Checkpoint } from "./checkpoint/checkpoint-content.ts";
import { readCheckpoint, writeCheckpoint } from "./checkpoint/checkpoint.ts";
import { compileKernels } from "./kernels.ts";
import type { LoopProgress } from "./loop.ts";
import { runLoop } from "./loop.ts";
import { createNetworkTask, networkPlayer, networkObjective } from "./network-task.ts";
import type { Run } from "./player-trainer.ts";
import { createRun } from "./player-trainer.ts";
import { canStayResident, createResidentRun } from "./resident-run.ts";
import { asOutputFailed } from "./write-whole.ts";

/** How a run is made. */
export interface TrainOptions {
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  /** Folder of the checkpoint; made when it is not there. */
  readonly out: string;
  /** A trained network to start from, of any shape: see {@link transferWeights}. @defaultValue a random start */
  readonly from?: StartWeights;
  /** The network of the recipe's own shape that `mixesWith` names. @defaultValue none */
  readonly sibling?: StartWeights;
  /** What is learned from besides the pictures; not released. @defaultValue nothing */
  readonly teaching?: Teaching;
  /** What `from` and the pictures were made of, for the checkpoint; with `resume` that of before. @defaultValue nothing */
  readonly lineage?: readonly ModelParent[];
  /** Goes on from the folder's checkpoint. @defaultValue false */
  readonly resume?: boolean;
  /** Stops, with a checkpoint, after this long. @defaultValue no limit */
  readonly minutes?: number;
  /** Seconds after which a checkpoint is written on the way. @defaultValue 120 */
  readonly checkpointEvery?: number;
  /** What computes the loss; not disposed of. @defaultValue the kernels, on `threads` */
  readonly engine?: ProgramEngine;
  /** @defaultValue 1 */
  readonly threads?: number;
  /** @defaultValue the best the JavaScript engine has */
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
export interface TrainProgress extends LoopProgress {
  /** Of the network: mean loss since the last report. */
  readonly loss: number;
  readonly rate: number;
  /** Mean gradient norm since the last report, before clipping. */
  readonly gradientNorm: number;
  /** Decibels of the moving average on the evaluation pictures, when there are any. */
  readonly psnr?: number;
  /** The same of bicubic enlargement. */
  readonly bicubicPsnr?: number;
  /** Where a run is checked by how its pictures look (co-learning): their perceptual distance from the truth. */
  readonly distance?: number;
}

/** How a run ended. */
export interface TrainResult {
  readonly step: number;
  readonly finished: boolean;
  readonly checkpoint: string;
}

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
  const { recipe, dataset, out, evaluation = [] } = options;
  await asOutputFailed(out, () => mkdir(out, { recursive: true }));
  const compiled = await compileKernels(options.build);
  const own = options.engine ? undefined : await createWasmProgramEngine(threadsOf(options));
  const engine = options.engine ?? own!;
  try {
    const initial = options.from && transferWeights(options.from, recipe);
    const task = createNetworkTask(
      recipe,
      dataset,
      initial,
      options.sibling && foldedSibling(options.sibling, recipe),
      options.teaching,
    );
    await using run = canStayResident(task, engine)
      ? await createResidentRun(task, engine)
      : await createRun(task, engine, compiled);
    const objective = networkObjective(recipe);
    const score = (): Partial<Pick<TrainProgress, "psnr" | "bicubicPsnr">> => {
      if (evaluation.length === 0) return {};
      const model = networkModel(recipe, objective.fold(run.averageOf(networkPlayer)));
      const mean = evaluate(evaluation, createEnlarge(compiled, model), model.scale).at(-1)!;
      return { psnr: mean.model.psnr, bicubicPsnr: mean.bicubic.psnr };
    };
    return await runToCheckpoint(run, { ...options, pictures: dataset.entries.length, score });
  } finally {
    await own?.[Symbol.asyncDispose]();
  }
}

/** How a run of any task goes on to its recipe's last step. */
export interface RunToCheckpointOptions extends Omit<TrainOptions, "dataset"> {
  /** How many are learned from, for the history. */
  readonly pictures: number;
  /** Whether what is learned is still good: {@link LoopOptions.check}. @defaultValue it is */
  readonly check?: () => Promise<boolean>;
  /** Scores what is learned, for a report. */
  readonly score: () => Partial<Pick<TrainProgress, "psnr" | "bicubicPsnr" | "distance">>;
}

/** Steps until the recipe's last, the time limit or an abort; writes checkpoint and history. @throws as {@link train} */
export async function runToCheckpoint(run: Run, options: RunToCheckpointOptions): Promise<TrainResult> {
  const { recipe, out, signal, reportEvery = 250, checkpointEvery = 120, score, pictures } = options;
  const path = checkpointPath(out, recipe);
  const resumed = options.resume ? await readSame(path, recipe) : undefined;
  if (resumed) run.restore(resumed.state);
  const lineage = resumed ? resumed.lineage : (options.lineage ?? []);
  const made = { recipe, ...(lineage && { lineage }) };
  const history = await openHistory(historyPath(path), options.resume === true);
  const { sources = {} } = options;
  await history.append({ kind: "start", step: run.stepsDone(), recipe, pictures, sources });
  const ends = performance.now() + (options.minutes ?? Infinity) * 60_000;
  await runLoop({
    run,
    steps: recipe.steps,
    reportEvery,
    keepEvery: checkpointEvery * 1000,
    ...(options.check && { check: options.check }),
    goesOn: () => performance.now() < ends && signal?.aborted !== true,
    onKeep: (state) => writeCheckpoint(path, { ...made, state }),
    async onReport(progress) {
      const told = { ...ofNetwork(progress), ...(!progress.steppedBack && score()) };
      const { steps: _steps, remaining: _remaining, steppedBack, ...seen } = told;
      await history.append({ kind: steppedBack ? "step-back" : "progress", ...seen });
      options.onProgress?.(told);
    },
    onPause: (progress) => options.onStep?.(ofNetwork(progress)),
  });
  await run.fetch?.();
  await writeCheckpoint(path, { ...made, state: run.save() });
  throwIfAborted(signal);
  const step = run.stepsDone();
  return { step, finished: step >= recipe.steps, checkpoint: path };
}

function threadsOf({ threads, build }: TrainOptions): { threads?: number; build?: KernelBuild } {
  return { ...(threads !== undefined && { threads }), ...(build !== undefined && { build }) };
}

/** The network's own numbers in front of everybody's. */
function ofNetwork(progress: LoopProgress): TrainProgress {
  const { loss = NaN, rate = NaN, gradientNorm = NaN } = progress.players[networkPlayer] ?? {};
  return { ...progress, loss, rate, gradientNorm };
}

/** A checkpoint, if it is of the recipe's network. */
async function readSame(path: string, recipe: Recipe): Promise<Checkpoint> {
  const checkpoint = await readCheckpoint(path);
  const { network, side, optimizer, architecture } = checkpoint.recipe;
  const named = (prefix: string, of: object): [string, string][] =>
    Object.entries(of).map(([key, value]) => [`${prefix}${key}`, String(value)]);
  const seen = new Map([...named("", { network, side, optimizer }), ...named("architecture.", architecture)]);
  const { architecture: wanted, ...rest } = recipe;
  const asked = new Map([...named("", rest), ...named("architecture.", wanted)]);
  for (const [name, value] of seen) {
    if (value === asked.get(name)) continue;
    throw invalidOption(
      `recipe.${name}`,
      `${value}, as in ${path}, to go on from there`,
      asked.get(name) ?? "nothing",
      "Start from that checkpoint instead of going on, or train into another folder.",
    );
  }
  return checkpoint;
}

/** A sibling's folded weights. @throws TatamiError `invalid-option` when it is of another shape. */
function foldedSibling(sibling: StartWeights, recipe: Recipe): Tensors {
  const { sameFunction, changes } = describeTransfer(sibling.architecture, recipe.architecture);
  if (!sameFunction || changes.length > 0)
    throw invalidOption("recipe.mixesWith", "a network of the recipe's own shape", recipe.mixesWith);
  return transferWeights(sibling, { ...recipe, side: "folded" });
}
