/** What a learning of one's own camera is of, settled once so that whatever goes on with it is the same. */

import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { invalidOption } from "@tatami/core";
import { createDataset } from "../../data/dataset.ts";
import type { LumaPlane } from "../../data/luma.ts";
import { createBicubicPair } from "../../data/tracks/bicubic.ts";
import { stepsThatFit } from "../../footage/run-fine-tuning.ts";
import type { Recipe } from "../../campaign/recipe.ts";
import { createRecipe } from "../../campaign/recipe.ts";
import { createFineTuneEngine } from "../../footage/fine-tune-engine.ts";
import type { CompiledKernels } from "../../run/kernels.ts";
import { createNetworkTask } from "../../run/network-task.ts";
import { createRun } from "../../run/player-trainer.ts";
import type { Task } from "../../run/task.ts";
import { asOutputFailed, writeWhole } from "../../run/write-whole.ts";
import type { StartWeights } from "../../shape/transfer-weights.ts";
import { transferWeights } from "../../shape/transfer-weights.ts";
import type { TddsrRecipe } from "../recipe.ts";
import { createTddsrRecipe, stageRecipe } from "../recipe.ts";
import { createLearningStage } from "../stages.ts";
import type { TddsrStart } from "../start.ts";
import type { OwnFrames } from "./own-frames.ts";

/** What is settled. */
export interface OwnPlan {
  /** Of everything that was given: another one is another learning. */
  readonly key: string;
  readonly frames: OwnFrames;
  readonly camera: TddsrRecipe;
  /** Of the student; its degradation and what it begins as are told when it is trained. */
  readonly student: Recipe;
}

/** What a plan is made from. */
export interface OwnPlanInit {
  readonly name: string;
  readonly frames: OwnFrames;
  readonly start: TddsrStart;
  readonly from: StartWeights;
  readonly minutes: number;
  /** Of each of the two, in place of minutes. */
  readonly steps: number | undefined;
  readonly seed: number;
  readonly threads: number;
  readonly compiled: CompiledKernels;
  readonly signal: AbortSignal | undefined;
}

/** Of the minutes, the camera's; the others are the student's. */
const cameraShare = 0.6;
/** Side of a student's crop in small pixels, at most. */
const largestCrop = 48;
/** Of a camera's crop, at least: less holds none of a codec's blocks and their neighbours. */
const smallestCrop = 16;
const planFile = "plan.json";

/** The plan of before, or none. @throws TatamiError `invalid-option` where it is of something else */
export async function readPlan(folder: string, key: string): Promise<OwnPlan | undefined> {
  const text = await readFile(join(folder, planFile), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const plan = JSON.parse(text) as OwnPlan;
  if (plan.key === key) return plan;
  throw invalidOption(
    "out",
    `a folder whose ${basename(folder)} was begun with the same footage, networks and options`,
    folder,
    "Begin anew (--overwrite), or name another folder.",
  );
}

/** Keeps it. */
export async function writePlan(folder: string, plan: OwnPlan): Promise<void> {
  await asOutputFailed(folder, () => mkdir(folder, { recursive: true }));
  await writeWhole(join(folder, planFile), [new TextEncoder().encode(JSON.stringify(plan, null, 2))]);
}

/** Changes with any file of the footage and of the pictures, and with what else is given. */
export async function planKey(paths: readonly string[], ...given: readonly unknown[]): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify(given));
  for (const path of paths) {
    const found = await stat(path).catch(() => undefined);
    const names = found?.isDirectory() ? (await readdir(path)).sort() : [""];
    for (const name of names) {
      const file = await stat(join(path, name)).catch(() => undefined);
      hash.update(`${name} ${file?.size} ${file?.mtimeMs}\n`);
    }
  }
  return hash.digest("hex");
}

/** Both recipes, with as many steps as the minutes hold. */
export async function planOwn(init: OwnPlanInit, key: string): Promise<OwnPlan> {
  const { name, frames, start, from, minutes, steps, seed } = init;
  // a picture to be degraded is half a frame, and a crop of it twice as large as what comes out
  const room = Math.floor(frames.side / 32) * 8;
  const crop = Math.min(start.crop, room);
  if (crop < smallestCrop)
    throw invalidOption(
      "footage",
      `frames of ${4 * smallestCrop} pixels or more on their shorter side`,
      frames.side,
    );
  const cameraOf = (learningSteps: number): TddsrRecipe =>
    createTddsrRecipe({
      kind: "tddsr",
      name,
      base: start.shape.base,
      // its weights are the start's, whatever they are from
      ...(start.shape.enlarger && { enlarger: { from: "start", ...start.shape.enlarger } }),
      crop,
      learningSteps,
      seed,
      sizes: [1],
      degradations: 1,
    });
  const studentOf = (total: number): Recipe =>
    createRecipe({
      name,
      network: from.network,
      architecture: from.architecture,
      track: "camera",
      optimizer: "soap",
      crop: Math.min(largestCrop, room),
      rate: 2e-3,
      hold: 0.5,
      warmUp: Math.min(50, Math.floor(total / 10)),
      // so short a run needs a short memory
      averageDecay: Math.max(0, Math.min(0.999, 1 - 20 / total)),
      seed,
      steps: total,
    });
  const fit = (share: number, taskOf: (total: number) => Task): Promise<number> =>
    steps === undefined ? probe(init, share * minutes, taskOf) : Promise.resolve(steps);
  const pictures = createDataset([createBicubicPair(plainPicture(4 * largestCrop), 2)], 2, largestCrop);
  const real: LumaPlane = { width: crop, height: crop, data: new Float32Array(crop ** 2).fill(128) };
  const camera = cameraOf(
    await fit(cameraShare, (total) => {
      const recipe = cameraOf(total);
      const { rate } = stageRecipe(recipe, "learning");
      const { batch } = recipe;
      return createLearningStage(
        { shape: start.shape, crop, batch, seed, steps: total, rate },
        { bicubic: pictures, camera: pictures, real: [real] },
        start,
        recipe,
      );
    }),
  );
  const student = studentOf(
    await fit(1 - cameraShare, (total) => {
      const recipe = studentOf(total);
      return createNetworkTask(recipe, pictures, transferWeights(from, recipe));
    }),
  );
  return { key, frames, camera, student };
}

/** How many steps of a task fit is told by some of its own on a picture of no matter what. */
async function probe(
  { compiled, threads, signal }: OwnPlanInit,
  minutes: number,
  taskOf: (total: number) => Task,
): Promise<number> {
  const { programs } = await createFineTuneEngine(compiled, threads);
  await using _threads = programs;
  const begin = (total: number) => createRun(taskOf(total), programs, compiled);
  return await stepsThatFit({ begin, minutes, signal });
}

function plainPicture(side: number) {
  const data = Uint8Array.from({ length: side * side }, (_, i) => 100 + ((i * 7) % 50));
  return { width: side, height: side, channels: 1 as const, data };
}
