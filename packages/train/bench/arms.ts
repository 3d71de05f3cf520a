/** Training runs of a bench: each has a name, and what is done under it is kept in a folder and not done again. */

import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { psnr } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { listModels, loadModel } from "@tatami/zoo";
import { readTrained } from "../src/campaign/read-trained.ts";
import type { Recipe } from "../src/campaign/recipe.ts";
import type { Dataset } from "../src/data/dataset.ts";
import type { PrepareOptions } from "../src/data/prepared-dataset.ts";
import { prepareDataset } from "../src/data/prepared-dataset.ts";
import { drawEvaluationSet, readEvaluationSet } from "../src/data/read-evaluation-set.ts";
import type { Track } from "../src/data/track.ts";
import { roundLuma } from "../src/data/luma.ts";
import { prepareTeaching, seesTruth } from "../src/distil/prepare-teaching.ts";
import type { Enlarge, EvaluationPicture } from "../src/report/evaluate.ts";
import { foldCheckpoint } from "../src/report/export-model.ts";
import { readCheckpoint } from "../src/run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../src/run/kernels.ts";
import { checkpointPath, train } from "../src/run/train.ts";
import { exists } from "../src/run/write-whole.ts";
import { findTeacher } from "../src/teacher/teacher.ts";
import { trainedModel } from "../src/shape/trained-model.ts";
import type { Trained } from "../src/shape/trained-model.ts";

/** What is known of a run that is done. */
export interface Done {
  readonly steps: number;
  /** Of a run that was killed and gone on with, at the pace of its last part. */
  readonly seconds: number;
  /** Of all threads, likewise. */
  readonly cpuSeconds?: number;
}

/** Where runs are kept, and what they learn from. */
export interface ArmsFolder {
  readonly data: string;
  readonly out: string;
  readonly threads: number;
  readonly compiled: CompiledKernels;
}

/** What was done under a name. */
export async function readDone(out: string, name: string): Promise<Done | undefined> {
  const text = await readFile(join(out, `${name}.done.json`), "utf8").catch(() => undefined);
  return text === undefined ? undefined : (JSON.parse(text) as Done);
}

/** Does a recipe's run to its end, from where it was killed. Pictures and lessons are the same for all seeds. */
export async function learn(recipe: Recipe, folder: ArmsFolder): Promise<Done> {
  const { data, out, threads, compiled } = folder;
  const prepare = (options: PrepareOptions = {}): Promise<Dataset> =>
    prepareDataset(data, 2, recipe.crop, join(out, "bicubic-x2.dataset"), {
      sizes: recipe.sizes,
      drawn: recipe.drawn,
      seed: 1,
      threads,
      ...options,
    });
  const { teacher, distil } = recipe;
  const found = teacher === undefined ? undefined : await findTeacher(teacher, compiled, findTrained);
  const { turns = 8, upcycled = 0 } = distil ?? {};
  const lessons = found && (await prepare({ teacher: found.teacher, turns, upcycled }));
  const dataset = lessons && !seesTruth(recipe) ? lessons : await prepare();
  const teaching = found && lessons && (await prepareTeaching(recipe, found, lessons, compiled));
  const path = checkpointPath(out, recipe);
  const begun = await stepsIn(path);
  const [start, used] = [performance.now(), process.cpuUsage()];
  const resume = begun !== undefined;
  await train({ recipe, dataset, out, threads, resume, reportEvery: 1000, ...(teaching && { teaching }) });
  const { user, system } = process.cpuUsage(used);
  const part = Math.max(1, recipe.steps - (begun ?? 0)) / recipe.steps;
  const done: Done = {
    steps: recipe.steps,
    seconds: (performance.now() - start) / 1000 / part,
    cpuSeconds: (user + system) / 1e6 / part,
  };
  await teaching?.release();
  await writeFile(join(out, `${recipe.name}.done.json`), JSON.stringify(done));
  return done;
}

/** How far a checkpoint is; nothing where there is none. */
export async function stepsIn(path: string): Promise<number | undefined> {
  return (await exists(path)) ? (await readCheckpoint(path)).state.step : undefined;
}

/** The network of a run that is done, as it ships. */
export async function learned(out: string, name: string): Promise<Model> {
  return foldCheckpoint(await readCheckpoint(join(out, `${name}.checkpoint`))).model;
}

/** A shipped model, or a file. */
export async function findTrained(name: string): Promise<Trained> {
  if (/[./\\]/.test(name)) return readTrained(name);
  const card = listModels().find((each) => each.name === name)!;
  return trainedModel(await loadModel(card.name), card);
}

/** Pictures that runs are scored on. */
export interface ScoredSet {
  readonly name: string;
  readonly pictures: readonly EvaluationPicture[];
}

/** Folders by their names, those held back under that one, and drawings. @param options how they are reduced: by the usual track */
export async function readSets(
  held: readonly string[],
  evaluated: readonly string[],
  scale = 2,
  options: { readonly track?: Track } = {},
): Promise<readonly ScoredSet[]> {
  const folders = await Promise.all(
    [...held, ...evaluated].map(async (folder) => ({
      name: held.includes(folder) ? "held back" : basename(folder),
      pictures: await readEvaluationSet(folder, scale, options),
    })),
  );
  return [...folders, { name: "drawings", pictures: await drawEvaluationSet(24, scale, options) }];
}

/** Y-PSNR in dB on each set. */
export function scoreOn(sets: readonly ScoredSet[], enlarge: Enlarge): readonly number[] {
  // as `evaluate` does, without what costs most of its time: similarity, and the filter's
  // with a border of the scale left out
  return sets.map(({ pictures }) =>
    meanOf(pictures.map(({ low, high }) => psnr(roundLuma(enlarge(low)), high, high.width / low.width))),
  );
}

/** A mean and, of several, the standard deviation: `33.012 ± 0.004`. */
export function meanAndDeviation(values: readonly number[]): string {
  const middle = meanOf(values);
  if (values.length === 1) return middle.toFixed(3);
  const squares = values.reduce((sum, value) => sum + (value - middle) ** 2, 0);
  return `${middle.toFixed(3)} ± ${Math.sqrt(squares / (values.length - 1)).toFixed(3)}`;
}

/** Their mean. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
