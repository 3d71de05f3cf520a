/** Everything that rows are trained by; what is done in a folder is not done again, and what has begun goes on. */

import { copyFile, link, mkdir, readdir, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { sha256Of } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { createRecipe } from "../../src/campaign/recipe.ts";
import type { FrameSequence } from "../../src/data/camera/frame-sequence.ts";
import { readFrameSequences } from "../../src/data/camera/read-sequences.ts";
import { prepareDataset } from "../../src/data/prepared-dataset.ts";
import type { Track } from "../../src/data/track.ts";
import { cameraTrack } from "../../src/data/tracks/camera.ts";
import { createFineTuneEngine } from "../../src/footage/fine-tune-engine.ts";
import { fineTuneOnFrames } from "../../src/footage/fine-tune-frames.ts";
import { foldCheckpoint } from "../../src/report/export-model.ts";
import { readCheckpoint, writeCheckpoint } from "../../src/run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../../src/run/kernels.ts";
import { checkpointPath, train } from "../../src/run/train.ts";
import { exists } from "../../src/run/write-whole.ts";
import type { Trained } from "../../src/shape/trained-model.ts";
import type { PerceptualDistance } from "../../src/tddsr/collapse.ts";
import { createDegrade, createLearnedTrack, readLearned } from "../../src/tddsr/degradation.ts";
import type { TddsrFiles } from "../../src/tddsr/export-tddsr.ts";
import type { TddsrRecipe } from "../../src/tddsr/recipe.ts";
import type { tddsrStages } from "../../src/tddsr/recipe.ts";
import { runTddsr } from "../../src/tddsr/run-tddsr.ts";
import { readStart } from "../../src/tddsr/start.ts";
import { findTrained, stepsIn } from "../arms.ts";
import { chains } from "./chains.ts";

/** What all training of the bench is made with. */
export interface LearnSettings {
  readonly out: string;
  /** Folder of pictures, as sharp as they come. */
  readonly data: string;
  readonly recipe: TddsrRecipe;
  /** A folder where stages A and B of the recipe are done, or what another camera's learning left (`NAME.start.checkpoint`). */
  readonly start: string | undefined;
  /** Folders where stage C is done, by a camera's letter. */
  readonly learned: Readonly<Record<string, string>>;
  readonly threads: number;
  readonly compiled: CompiledKernels;
  readonly distance: PerceptualDistance | undefined;
  /** A shipped model, or a file: what students begin as, and what `--footage` tunes. */
  readonly student: string;
  readonly studentSteps: number;
  readonly studentCrop: number;
  readonly studentRate: number;
  readonly footageSteps: number;
  /** Whether what is missing is trained; else it is missing. */
  readonly trains: boolean;
}

/** Parts of the co-learning that ablations leave out. */
export type Ablation = "no low critic" | "no high critic" | "no cycle" | "no distillation" | "no anchor";

/** What each is in the recipe's options. */
export const ablations: Readonly<Record<Ablation, Partial<TddsrRecipe>>> = {
  "no low critic": { lowCritic: 0 },
  "no high critic": { highCritic: 0 },
  "no cycle": { cycle: 0 },
  "no distillation": { distil: 0 },
  "no anchor": { anchor: 0 },
};

/** One co-learning: all of it, or without one of its parts. */
export type Arm = "all" | Ablation;

/** Where an arm of a camera lies. */
export function armFolder({ out }: LearnSettings, camera: string, arm: Arm): string {
  return join(out, camera, "runs", arm.replaceAll(" ", "-"));
}

/** A stage's checkpoint. */
export function stagePath(
  settings: LearnSettings,
  camera: string,
  arm: Arm,
  stage: (typeof tddsrStages)[number],
): string {
  return join(armFolder(settings, camera, arm), `${settings.recipe.name}-${stage}.checkpoint`);
}

/** A camera's co-learning; nothing where it is not there and may not be made. */
export async function learnCamera(
  settings: LearnSettings,
  camera: string,
  arm: Arm,
): Promise<TddsrFiles | undefined> {
  const { recipe, data, out, threads, distance, trains } = settings;
  const folder = armFolder(settings, camera, arm);
  await mkdir(folder, { recursive: true });
  const start = isStartFile(settings.start) ? await readStart(settings.start) : undefined;
  // stages A and B know no camera: they are done once
  const first = start || settings.start === undefined ? join(out, "start") : settings.start;
  if (first !== settings.start && arm === "all") await mkdir(first, { recursive: true });
  const stages = start ? [] : ["teacher", "upsampler"].map((stage) => `${recipe.name}-${stage}.checkpoint`);
  const isShared = (name: string): boolean => stages.includes(name) || name.endsWith(".dataset");
  if (first === settings.start)
    for (const stage of ["teacher", "upsampler"] as const)
      if (!(await isReady(settings, first, stage))) return undefined;
  await takeOver(first, folder, isShared);
  const learned = arm === "all" ? settings.learned[camera] : undefined;
  if (learned !== undefined) {
    if (!(await isReady(settings, learned, "learning"))) return undefined;
    await takeOver(learned, folder, (name) => name.startsWith(`${recipe.name}-learning.`));
  }
  if (!trains && (await stepsMissing(settings, folder, "learning")) !== "") return undefined;
  const { files } = await runTddsr({
    recipe: { ...recipe, ...(arm === "all" ? {} : ablations[arm]) },
    data,
    real: join(out, camera, "real"),
    out: folder,
    threads,
    findTrained,
    ...(start && { start }),
    // LPIPS takes nothing smaller
    ...(distance && recipe.crop >= 16 && { distance }),
    onStage: (stage) => console.error(`${camera}, ${arm}: ${stage}`),
    onProgress: ({ step, steps, distance: seen, steppedBack }) =>
      console.error(
        `  ${step}/${steps}${seen === undefined ? "" : `, LPIPS ${seen.toFixed(4)}`}${steppedBack ? ", back" : ""}`,
      ),
  });
  if (first !== settings.start) await takeOver(folder, first, isShared);
  return files;
}

/** Whether learning begins with another camera's, and not with stages A and B. */
export function isStartFile(start: string | undefined): start is string {
  return start?.endsWith(".checkpoint") === true;
}

/** Whether what is to be taken over is done: one that is still at work in its own folder would be gone on with here as well. */
export async function isReady(
  settings: LearnSettings,
  folder: string,
  stage: (typeof tddsrStages)[number],
): Promise<boolean> {
  const missing = await stepsMissing(settings, folder, stage);
  if (missing !== "" && settings.trains) throw new Error(missing);
  return missing === "";
}

/** What is said of a stage that is not done; nothing of one that is, or was left. */
async function stepsMissing(
  { recipe }: LearnSettings,
  folder: string,
  stage: (typeof tddsrStages)[number],
): Promise<string> {
  const path = join(folder, `${recipe.name}-${stage}.checkpoint`);
  const [done = 0, wanted] = [await stepsIn(path), recipe[`${stage}Steps`]];
  const isLeft = await exists(path.replace(/\.checkpoint$/, ".left.json"));
  return done >= wanted || isLeft ? "" : `${path} is at step ${done} of ${wanted}`;
}

/** Files of another folder that are not here: the same file where disks allow it. */
async function takeOver(from: string, to: string, isWanted: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(from)) {
    if (!isWanted(name) || (await exists(join(to, name)))) continue;
    await link(join(from, name), join(to, name)).catch(() => copyFile(join(from, name), join(to, name)));
  }
}

/** What students begin as. */
export async function startOfStudents({ student }: LearnSettings): Promise<Trained> {
  return findTrained(student);
}

/**
 * A student by pictures of which a share is degraded as a camera does, the others by the camera track.
 *
 * @param degradation a file; none for the camera track alone
 */
export async function learnStudent(
  settings: LearnSettings,
  folder: string,
  degradation: string | undefined,
  share: number,
  seed: number,
): Promise<Model | undefined> {
  const { data, compiled, threads, studentSteps: steps, studentCrop, studentRate, trains } = settings;
  const from = (await startOfStudents(settings)).startWeights();
  const recipe = createRecipe({
    name: `student-${Math.round(100 * share)}-${seed}`,
    network: from.network,
    architecture: from.architecture,
    track: "camera",
    optimizer: "soap",
    sizes: settings.recipe.sizes,
    degradations: 4,
    hold: 0.5,
    crop: studentCrop,
    rate: studentRate,
    warmUp: Math.min(200, Math.ceil(steps / 10)),
    seed,
    steps,
  });
  const path = checkpointPath(folder, recipe);
  const done = await stepsIn(path);
  if ((done ?? 0) < steps) {
    if (!trains) return undefined;
    console.error(`${folder}: ${recipe.name}, ${steps} steps`);
    await mkdir(folder, { recursive: true });
    const track = degradation === undefined ? cameraTrack : await trackBy(compiled, degradation, share);
    const { crop, degradations, sizes } = recipe;
    // the pictures are the same for all seeds
    const file = join(folder, `student-${Math.round(100 * share)}.dataset`);
    const dataset = await prepareDataset(data, 2, crop, file, { track, sizes, degradations, seed: 1 });
    await train({
      recipe,
      dataset,
      from,
      out: folder,
      threads,
      resume: done !== undefined,
      reportEvery: 500,
    });
  }
  return foldCheckpoint(await readCheckpoint(path)).model;
}

/** Prepared pictures are large, and of no use once a row's last seed has learned. */
export async function dropPictures(folder: string): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (/^student-\d+\.dataset$/.test(name)) await rm(join(folder, name));
}

async function trackBy(compiled: CompiledKernels, path: string, share: number): Promise<Track> {
  const file = await readLearned(path);
  return createLearnedTrack(createDegrade(compiled, file, basename(path)), await sha256Of(file), share);
}

/** A student by `--footage`, on the camera's small pictures alone; where that is no better, what it began as. */
export async function learnByFootage(settings: LearnSettings, camera: string): Promise<Model | undefined> {
  const { out, compiled, threads, footageSteps: steps, trains } = settings;
  const folder = join(out, camera, "runs", "footage");
  const path = join(folder, "footage.checkpoint");
  const refused = join(folder, "refused.txt");
  const begun = await startOfStudents(settings);
  if (await exists(refused)) return begun.model;
  if (!(await exists(path))) {
    if (!trains) return undefined;
    console.error(`${camera}: by footage, ${steps} steps`);
    await mkdir(folder, { recursive: true });
    const engine = await createFineTuneEngine(compiled, threads);
    await using _threads = engine.programs;
    try {
      const { checkpoint } = await fineTuneOnFrames({
        candidates: await readRuns(join(out, camera, "real")),
        from: begun.startWeights(),
        name: "footage",
        engine,
        camera: { codec: chains[camera]?.imitatedBy ?? "avc", quantizers: [22, 34] },
        steps,
      });
      await writeCheckpoint(path, checkpoint);
    } catch (error) {
      if ((error as { code?: string }).code !== "wrong-answer") throw error;
      await writeFile(refused, `${(error as Error).message}\n`);
      return begun.model;
    }
  }
  return foldCheckpoint(await readCheckpoint(path)).model;
}

/** A camera's pictures as runs of three that follow one another. */
async function readRuns(folder: string): Promise<readonly FrameSequence[]> {
  const clips = new Map<string, FrameSequence["frames"][number][]>();
  for (const { name, frames } of (await readFrameSequences(folder)).sequences) {
    const clip = name.replace(/-\d+\.png$/, "");
    clips.set(clip, [...(clips.get(clip) ?? []), ...frames]);
  }
  return [...clips].flatMap(([clip, frames]) =>
    Array.from({ length: Math.floor(frames.length / 3) }, (_, at) => ({
      name: `${clip} ${at}`,
      frames: frames.slice(3 * at, 3 * at + 3),
    })),
  );
}
