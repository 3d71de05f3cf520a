/** A co-learning from its recipe: three stages in a folder, each with a checkpoint to go on from. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { invalidOption, throwIfAborted } from "@tatami/core";
import { enlargerPrefix } from "@tatami/graph";
import type { RestorerShape } from "@tatami/graph";
import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { Dataset } from "../data/dataset.ts";
import { planeOf } from "../data/camera/frame-sequence.ts";
import { readFrameSequences } from "../data/camera/read-sequences.ts";
import type { LumaPlane } from "../data/luma.ts";
import { prepareDataset } from "../data/prepared-dataset.ts";
import { picturesTooSmall } from "../data/read-dataset.ts";
import { tracks } from "../data/tracks.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import { compileKernels } from "../run/kernels.ts";
import { networkPlayer } from "../run/network-task.ts";
import { createRun } from "../run/player-trainer.ts";
import type { Task } from "../run/task.ts";
import type { TrainOptions } from "../run/train.ts";
import { checkpointPath, runToCheckpoint } from "../run/train.ts";
import { writeWhole } from "../run/write-whole.ts";
import type { Trained } from "../shape/trained-model.ts";
import type { CollapseWatch, PerceptualDistance } from "./collapse.ts";
import { createCollapseWatch } from "./collapse.ts";
import type { TddsrFiles } from "./export-tddsr.ts";
import { exportTddsr } from "./export-tddsr.ts";
import { createTddsrNetworks } from "./networks.ts";
import type { TddsrRecipe, TddsrStage } from "./recipe.ts";
import { restorerShape, stageRecipe, tddsrStages } from "./recipe.ts";
import type { TddsrStart } from "./start.ts";
import { averageIn, readStage } from "./start.ts";
import type { StageInit } from "./stages.ts";
import { createLearningStage, createTeacherStage, createUpsamplerStage } from "./stages.ts";

/** How a co-learning is run. */
export interface RunTddsrOptions extends Pick<
  TrainOptions,
  "minutes" | "threads" | "checkpointEvery" | "reportEvery" | "onStep" | "onProgress" | "signal"
> {
  readonly recipe: TddsrRecipe;
  /** Folder of pictures, as sharp as they come. */
  readonly data: string;
  /** Folder of the camera's clips and pictures: what is small in them is what the degrader learns to make. */
  readonly real: string;
  /** Folder of checkpoints and prepared pictures. Stages that are done there are not done again; one that has begun goes on. */
  readonly out: string;
  /** What the last stage begins with, of the recipe's size: the first two are not done then. @defaultValue they are */
  readonly start?: TddsrStart;
  /** Finds the recipe's enlarger by its name: asked once, before the first stage. @defaultValue recipes with one are refused */
  readonly findTrained?: (name: string) => Promise<Trained>;
  /**
   * By which the last stage is watched: what collapses goes back to where its pictures were last good.
   *
   * @defaultValue nobody watches
   */
  readonly distance?: PerceptualDistance;
  /** Told as each stage begins or goes on. */
  readonly onStage?: (stage: TddsrStage) => void;
  /** Told how many pictures of how many are read. */
  readonly onPicture?: (ready: number, count: number) => void;
}

/** What a co-learning came to. */
export interface TddsrResult {
  readonly finished: boolean;
  /** Of the latest stage. */
  readonly checkpoint: string;
  /** Files made, once all stages are done. */
  readonly files?: TddsrFiles;
  /** The last stage's end where it collapsed again and again, and was left where its pictures were last good. */
  readonly collapsedAt?: number;
}

/** Frames of a clip that are looked at. */
const clipFrames = 12;

/**
 * Runs the stages that are not done yet, until the last one's end, the time limit or an abort.
 *
 * @throws TatamiError `input-not-found`, `invalid-option`, and what `runToCheckpoint` throws.
 */
export async function runTddsr(options: RunTddsrOptions): Promise<TddsrResult> {
  const { recipe, out, signal } = options;
  const ends = performance.now() + (options.minutes ?? Infinity) * 60_000;
  let checkpoint = "";
  if (options.start) checkStart(options.start, recipe);
  for (const stage of options.start ? (["learning"] as const) : tddsrStages) {
    throwIfAborted(signal);
    const own = stageRecipe(recipe, stage);
    checkpoint = stagePath(options, stage);
    const before = await found(checkpoint);
    if (before && (before.state.step >= own.steps || (await isLeft(checkpoint, before)))) continue;
    options.onStage?.(stage);
    const minutes = (ends - performance.now()) / 60_000;
    if (minutes <= 0) return { finished: false, checkpoint };
    const enlarger = await readEnlarger(options);
    const camera = await readPictures("camera", options);
    const task = await taskOf(stage, options, camera, enlarger);
    await using engine = await createWasmProgramEngine({
      ...(options.threads !== undefined && { threads: options.threads }),
    });
    await using run = await createRun(task, engine, await compileKernels());
    const { onStep, onProgress, reportEvery, checkpointEvery } = options;
    const watch =
      stage === "learning"
        ? await createWatch(options, camera, enlarger, () => run.averageOf(networkPlayer))
        : undefined;
    const { hopeless } = watch ?? {};
    const { finished } = await runToCheckpoint(run, {
      recipe: own,
      out,
      resume: before !== undefined,
      minutes,
      pictures: camera.entries.length,
      score: () => (watch ? { distance: watch.distance } : {}),
      ...(watch && { check: () => watch.check() }),
      ...(reportEvery !== undefined && { reportEvery }),
      ...(checkpointEvery !== undefined && { checkpointEvery }),
      ...(onStep && { onStep }),
      ...(onProgress && { onProgress }),
      signal: AbortSignal.any([signal, hopeless].filter((each) => each !== undefined)),
    }).catch(async (error: unknown) => {
      if (!hopeless?.aborted || error !== hopeless.reason) throw error;
      await leave(checkpoint);
      return { finished: true };
    });
    if (!finished) return { finished: false, checkpoint };
  }
  const learned = await readCheckpoint(checkpoint);
  const { start } = options;
  const teacher = start?.teacher ?? (await readStage(stagePath(options, "teacher"), "teacher"));
  const distilled = start ? undefined : await readCheckpoint(stagePath(options, "upsampler"));
  const { step } = learned.state;
  return {
    finished: true,
    checkpoint,
    files: await exportTddsr(recipe, out, learned, teacher, distilled),
    ...(step < recipe.learningSteps && { collapsedAt: step }),
  };
}

/** Beside a checkpoint that is left where it is: which one. */
function leftPath(checkpoint: string): string {
  return checkpoint.replace(/\.checkpoint$/, ".left.json");
}

async function leave(checkpoint: string): Promise<void> {
  const { step, random } = (await readCheckpoint(checkpoint)).state;
  await writeWhole(leftPath(checkpoint), [new TextEncoder().encode(JSON.stringify({ step, random }))]);
}

async function isLeft(checkpoint: string, { state: { step, random } }: Checkpoint): Promise<boolean> {
  const text = await readFile(leftPath(checkpoint), "utf8").catch(() => "");
  return text === JSON.stringify({ step, random });
}

function stagePath({ recipe, out }: RunTddsrOptions, stage: TddsrStage): string {
  return checkpointPath(out, stageRecipe(recipe, stage));
}

async function createWatch(
  options: RunTddsrOptions,
  camera: Dataset,
  enlarger: Tensors | undefined,
  upsampler: () => Tensors,
): Promise<CollapseWatch | undefined> {
  const { distance, recipe } = options;
  if (!distance) return undefined;
  return createCollapseWatch(recipe, camera, distance, await compileKernels(), upsampler, enlarger);
}

async function taskOf(
  stage: TddsrStage,
  options: RunTddsrOptions,
  camera: Dataset,
  enlarger: Tensors | undefined,
): Promise<Task> {
  const { recipe, real } = options;
  const { crop, batch, seed } = recipe;
  const { steps, rate } = stageRecipe(recipe, stage);
  const init: StageInit = {
    shape: restorerShape(recipe),
    crop,
    batch,
    seed,
    steps,
    rate,
    ...(enlarger && { enlarger }),
  };
  if (stage === "teacher") return createTeacherStage(init, camera);
  const before = (of: "teacher" | "upsampler"): Promise<Tensors> => readStage(stagePath(options, of), of);
  if (stage === "upsampler") return createUpsamplerStage(init, camera, await before("teacher"));
  const bicubic = await readPictures("bicubic", options);
  const start = options.start ?? {
    teacher: await before("teacher"),
    upsampler: await before("upsampler"),
  };
  const planes = await readReal(real, crop, options.signal);
  return createLearningStage(init, { bicubic, camera, real: planes }, start, recipe);
}

/** The weights of the recipe's enlarger: the start's, those that the first stage began with, or the ones that are named. */
async function readEnlarger(options: RunTddsrOptions): Promise<Tensors | undefined> {
  const { recipe, start, findTrained } = options;
  if (!recipe.enlarger) return undefined;
  if (start) return start.enlarger;
  const begun = await found(stagePath(options, "teacher"));
  if (begun) return averageIn(begun, "enlarger");
  const { from } = recipe.enlarger;
  if (!findTrained) throw invalidOption("findTrained", "what finds the recipe's enlarger", findTrained);
  const { network, weights } = (await findTrained(from)).startWeights();
  const { specs } = createTddsrNetworks(restorerShape(recipe)).enlarger;
  const named = Object.fromEntries(
    Object.entries(weights).map(([name, value]) => [`${enlargerPrefix}${name}`, value]),
  );
  const fits = specs.every(({ name, shape }) => named[name]?.shape.join() === shape.join());
  if (network === "sesr" && fits && specs.length === Object.keys(named).length) return named;
  throw invalidOption(
    "recipe.enlarger",
    "a SESR of scale 2 with the blocks and features that are said",
    from,
  );
}

function checkStart({ shape }: TddsrStart, recipe: TddsrRecipe): void {
  const wanted = restorerShape(recipe);
  if (shape.base !== wanted.base)
    throw invalidOption("recipe.base", `${shape.base}, as of the start`, recipe.base);
  const told = ({ enlarger }: RestorerShape): string => enlarger?.features.join(" ") ?? "the bicubic filter";
  if (told(shape) !== told(wanted))
    throw invalidOption("recipe.enlarger", `${told(shape)}, as of the start`, told(wanted));
}

async function readPictures(track: "bicubic" | "camera", options: RunTddsrOptions): Promise<Dataset> {
  const { recipe, data, out, onPicture, signal } = options;
  const { crop, sizes, seed, degradations } = recipe;
  const dataset = await prepareDataset(data, 2, crop, join(out, `${track}-x2.dataset`), {
    track: tracks[track],
    sizes,
    seed,
    ...(track === "camera" && { degradations }),
    ...(onPicture && { onPicture }),
    ...(signal && { signal }),
  });
  if (dataset.entries.length > 0) return dataset;
  throw picturesTooSmall(data, 2 * crop);
}

/** Luma of frames from all of a camera's files. */
async function readReal(folder: string, crop: number, signal?: AbortSignal): Promise<readonly LumaPlane[]> {
  const { sequences } = await readFrameSequences(folder, clipFrames, signal);
  const planes = sequences.flatMap(({ frames }) =>
    frames.map((frame): LumaPlane => {
      const { width, height, data } = planeOf(frame, 0);
      return { width, height, data: Float32Array.from(data) };
    }),
  );
  if (planes.some(({ width, height }) => width >= crop && height >= crop)) return planes;
  throw invalidOption("real", `a folder of clips or pictures of ${crop}×${crop} pixels or more`, folder);
}

async function found(path: string): Promise<Checkpoint | undefined> {
  return readCheckpoint(path).catch((error: { code?: string }) => {
    if (error.code === "input-not-found") return undefined;
    throw error;
  });
}
