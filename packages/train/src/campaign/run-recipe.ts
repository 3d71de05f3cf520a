/** A run from its recipe: which pictures it learns from, what it starts from, who teaches it, what it is scored on. */

import { basename, join, resolve } from "node:path";
import { sha256Of, TatamiError, throwIfAborted } from "@tatami/core";
import type { ModelParent } from "@tatami/graph";
import type { Dataset } from "../data/dataset.ts";
import { prepareDataset } from "../data/prepared-dataset.ts";
import { picturesTooSmall } from "../data/read-dataset.ts";
import { listPictures } from "../data/read-picture.ts";
import { readEvaluationSet } from "../data/read-evaluation-set.ts";
import type { Track } from "../data/track.ts";
import { tracks } from "../data/tracks.ts";
import { prepareTeaching, seesTruth } from "../distil/prepare-teaching.ts";
import { evaluatedFolders, historyPath, latestStart, readHistory } from "../report/history.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { compileKernels } from "../run/kernels.ts";
import type { TrainOptions, TrainResult } from "../run/train.ts";
import { checkpointPath, train } from "../run/train.ts";
import { describeTransfer } from "../shape/describe-transfer.ts";
import type { Trained } from "../shape/trained-model.ts";
import type { LessonPlan } from "../teacher/teach-dataset.ts";
import type { Teacher } from "../teacher/teacher.ts";
import { findTeacher } from "../teacher/teacher.ts";
import { createDegrade, createLearnedTrack, readLearned } from "../tddsr/degradation.ts";
import { parentOf } from "./lineage.ts";
import type { Distil, DistilMethod } from "../distil/options.ts";
import { createDistil, truthBeside } from "../distil/options.ts";
import type { Recipe, RecipeInit } from "./recipe.ts";
import { createRecipe } from "./recipe.ts";

/** What a run is made from, and how it is told. */
export interface RunRecipeOptions extends Pick<
  TrainOptions,
  "minutes" | "threads" | "checkpointEvery" | "reportEvery" | "onStep" | "onProgress" | "signal"
> {
  readonly recipe: Recipe;
  /** Folder of the checkpoint, its history and the prepared pictures; made when it is not there. */
  readonly out: string;
  /** Folder of pictures. @defaultValue with `resume` that of before */
  readonly data?: string;
  /** Folders of test pictures; the first is scored on the way. @defaultValue with `resume` those of before, else none */
  readonly evaluate?: readonly string[];
  /** Goes on from the checkpoint that is there; `from` is then not looked at. @defaultValue false */
  readonly resume?: boolean;
  /** Name of the network to start from, or "none". @defaultValue the recipe's */
  readonly from?: string;
  /** Name of the network to learn from, or "none". @defaultValue with `resume` that of before, else the recipe's */
  readonly teacher?: string;
  /** How that is learned from. @defaultValue with `resume` that of before, else the recipe's */
  readonly distil?: DistilMethod;
  /** What the teacher counts for, of 1; the pictures' own truth counts for the rest. @defaultValue the recipe's `distil.truth` */
  readonly alpha?: number;
  /** A learned degradation's file, or "none". @defaultValue with `resume` that of before, else the recipe's */
  readonly degradation?: string;
  /** Finds networks by their names. */
  readonly findTrained: (name: string) => Promise<Trained>;
  /** Folder that a teacher's path is from. @defaultValue the process's */
  readonly cwd?: string;
  /** Told how many pictures of how many are read; not called when they are prepared already. */
  readonly onPicture?: (ready: number, count: number) => void;
  /** Told before a teacher's first enlargement what all of them will take; not called when they are prepared already. */
  readonly onPlan?: (plan: LessonPlan) => void;
  /** Told how many enlargements of how many a teacher has made; not called when they are prepared already. */
  readonly onLesson?: (ready: number, count: number) => void;
  /** Told once, when all is read, what is worth saying before the first step. */
  readonly onReady?: (remarks: readonly string[]) => void;
}

/** How a run ended, and what it was scored on. */
export interface RunRecipeResult extends TrainResult {
  /** Folders of test pictures. */
  readonly evaluate: readonly string[];
}

/** What is settled before anything large is read. */
interface Plan {
  /** What it begins with and learns from included. */
  readonly recipe: Recipe;
  readonly data: string;
  readonly evaluate: readonly string[];
}

/**
 * Trains by a recipe until its last step, the time limit or an abort; each leaves a checkpoint (`train`).
 *
 * @throws TatamiError `invalid-option` without pictures or with a teacher of another scale, `input-not-found` when
 * pictures, a network or the checkpoint to resume are not there, and whatever `train` throws.
 */
export async function runRecipe(options: RunRecipeOptions): Promise<RunRecipeResult> {
  const { from: _from, ...passed } = options;
  const { resume = false, findTrained, signal } = options;
  const plan = await planRun(options);
  const { recipe } = plan;
  const started = resume || recipe.from === undefined ? undefined : await findTrained(recipe.from);
  const from = started?.startWeights();
  const compiled = await compileKernels();
  const taught =
    recipe.teacher === undefined
      ? undefined
      : await findTeacher(recipe.teacher, compiled, findTrained, options.cwd);
  const learned =
    recipe.degradation === undefined ? undefined : await readDegradation(recipe, compiled, options.cwd);
  const track = learned?.track ?? tracks[recipe.track];
  const sibling = recipe.mixesWith === undefined ? undefined : await findTrained(recipe.mixesWith);
  const lineage = [
    ...(started ? [parentOf(started, "from")] : []),
    ...(taught ? [taught.parent] : []),
    ...(learned ? [learned.parent] : []),
  ];
  const lessons = await readPictures(plan, track, taught?.teacher, options);
  // a teacher's enlargements take the place of the pictures, unless both count
  const dataset = taught && seesTruth(recipe) ? await readPictures(plan, track, undefined, options) : lessons;
  const teaching = taught && (await prepareTeaching(recipe, taught, lessons, compiled));
  const remarks = [describePictures(dataset, recipe)];
  if (from) {
    const { sameFunction, changes } = describeTransfer(from.architecture, recipe.architecture);
    const what = changes.length === 0 ? "as it is" : changes.join(", ");
    remarks.push(`from ${recipe.from}: ${what}${sameFunction ? "" : " (not the same function any more)"}`);
  }
  if (learned)
    remarks.push(`${Math.round(100 * recipe.degradationShare)} % of them degraded by ${learned.parent.name}`);
  if (recipe.mixesWith !== undefined) remarks.push(`stays mixable with ${recipe.mixesWith}`);
  remarks.push(...(teaching?.remarks ?? []));
  const [first] = plan.evaluate;
  const told = signal ? { signal } : {};
  const evaluation =
    first === undefined ? [] : await readEvaluationSet(first, recipe.architecture.scale, { track, ...told });
  throwIfAborted(signal);
  options.onReady?.(remarks);
  const sources = sourcesOf(plan);
  const result = await train({
    ...passed,
    recipe,
    lineage,
    dataset,
    evaluation,
    sources,
    ...(from && { from }),
    ...(sibling && { sibling: sibling.startWeights() }),
    ...(teaching && { teaching }),
  }).finally(() => teaching?.release());
  return { ...result, evaluate: plan.evaluate };
}

/** What was asked for, and for a run that goes on what it had before. */
async function planRun(options: RunRecipeOptions): Promise<Plan> {
  const path = checkpointPath(options.out, options.recipe);
  // what is not there is told before anything is read
  const checkpoint = options.resume === true ? await readCheckpoint(path) : undefined;
  const entries = checkpoint ? await readHistory(historyPath(path)) : [];
  const before = latestStart(entries)?.sources ?? {};
  // a checkpoint of before does not say what it began with and learns from, its history does
  const known: Pick<Recipe, "from" | "teacher" | "distil" | "degradation"> = checkpoint
    ? { ...before, ...checkpoint.recipe }
    : options.recipe;
  const {
    from: _from,
    teacher: _teacher,
    distil: _distil,
    degradation: _degradation,
    ...rest
  } = options.recipe;
  const degradation = options.degradation ?? known.degradation;
  const from = (checkpoint ? undefined : options.from) ?? known.from;
  const teacher = options.teacher ?? known.teacher;
  if (teacher === undefined || teacher === "none")
    for (const option of ["distil", "alpha"] as const)
      if (options[option] !== undefined) throw noTeacher(option);
  const data = options.data ?? before["data"];
  if (data === undefined) throw noPictures();
  await listPictures(data);
  const evaluate = options.evaluate ?? [];
  return {
    recipe: createRecipe({
      ...rest,
      ...(from !== undefined && { from }),
      ...(teacher !== undefined && { teacher }),
      ...distilOf(options, known.distil),
      ...(degradation !== undefined && { degradation }),
    }),
    data,
    evaluate: evaluate.length > 0 ? evaluate : evaluatedFolders(entries),
  };
}

/** Of another method than the recipe's all but what counts how much, which hangs on the method. */
function distilOf(
  { distil: method, alpha, recipe }: RunRecipeOptions,
  known?: Distil,
): Pick<RecipeInit, "distil"> {
  const distil = known ?? recipe.distil;
  const truth = alpha === undefined ? {} : { truth: truthBeside(alpha) };
  if (method === undefined || method === distil?.method)
    return distil || alpha !== undefined ? { distil: { ...distil, ...truth } } : {};
  const { truth: _truth, ...kept } = distil ?? createDistil({});
  return { distil: { ...kept, method, ...truth } };
}

function sourcesOf({ data, evaluate, recipe }: Plan): Record<string, string> {
  const { track, from, teacher } = recipe;
  return {
    data,
    evaluate: evaluate.join("\n"),
    reduced: track,
    ...(from !== undefined && { from }),
    ...(teacher !== undefined && { teacher }),
  };
}

async function readPictures(
  { recipe, data }: Plan,
  way: Track,
  teacher: Teacher | undefined,
  { out, threads, onPicture, onPlan, onLesson, signal }: RunRecipeOptions,
): Promise<Dataset> {
  const { seed, degradations, sizes, drawn, crop, architecture, distil } = recipe;
  const { scale } = architecture;
  const dataset = await prepareDataset(
    data,
    scale,
    crop,
    join(out, `${datasetName(recipe)}-x${scale}.dataset`),
    {
      track: way,
      degradations,
      sizes,
      drawn,
      seed,
      ...(teacher && {
        teacher,
        ...(distil && { turns: distil.turns, drawings: distil.drawings, upcycled: distil.upcycled }),
      }),
      ...(threads !== undefined && { threads }),
      ...(onPicture && { onPicture }),
      ...(onPlan && { onPlan }),
      ...(onLesson && { onLesson }),
      ...(signal && { signal }),
    },
  );
  if (dataset.entries.length > 0) return dataset;
  throw picturesTooSmall(data, crop * scale);
}

/** Learned degradations' pictures lie beside the track's own. */
function datasetName({ track, degradation }: Recipe): string {
  return degradation === undefined ? track : `${track}-${basename(degradation, ".onnx")}`;
}

async function readDegradation(
  { degradation = "", degradationShare }: Recipe,
  compiled: CompiledKernels,
  cwd = ".",
): Promise<{ readonly track: Track; readonly parent: ModelParent }> {
  const file = await readLearned(resolve(cwd, degradation));
  const name = basename(degradation, ".onnx");
  const sha256 = await sha256Of(file);
  return {
    track: createLearnedTrack(createDegrade(compiled, file, name), sha256, degradationShare),
    parent: { name, role: "degradation", sha256, steps: 0, samples: 0 },
  };
}

function describePictures({ entries, high }: Dataset, { drawn, degradations }: Recipe): string {
  const drawings = drawn * degradations;
  const ofThem = drawings === 0 ? "" : ` (${drawings} drawn)`;
  return `${entries.length} pictures${ofThem}, ${(high.byteLength / 1e6).toFixed(0)} megapixels`;
}

function noTeacher(option: "distil" | "alpha"): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `${option} is about a teacher, and there is no teacher.`,
    fix: `Name one: teacher, or --teacher MODEL; or leave ${option} out.`,
    detail: { option },
  });
}

function noPictures(): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: "There are no pictures to train on.",
    fix: "Name a folder of them: data, or --data FOLDER.",
    detail: { option: "data" },
  });
}
