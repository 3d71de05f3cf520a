/** Learning one's own camera from its footage: its degradation first, beginning with another's, and then a student by it. */

import { readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { throwIfAborted } from "@tatami/core";
import type { RunRecipeOptions } from "../../campaign/run-recipe.ts";
import { runRecipe } from "../../campaign/run-recipe.ts";
import type { Footage } from "../../footage/read-videos.ts";
import { softnessNote } from "../../footage/softness.ts";
import { cardText, exportModel, foldCheckpoint } from "../../report/export-model.ts";
import type { Checkpoint } from "../../run/checkpoint/checkpoint-content.ts";
import { readCheckpoint, writeCheckpoint } from "../../run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../../run/kernels.ts";
import { checkpointPath } from "../../run/train.ts";
import { exists, writeWhole } from "../../run/write-whole.ts";
import type { Trained } from "../../shape/trained-model.ts";
import type { TddsrFiles } from "../export-tddsr.ts";
import type { RunTddsrOptions, TddsrResult } from "../run-tddsr.ts";
import { runTddsr } from "../run-tddsr.ts";
import type { TddsrStart } from "../start.ts";
import { readStart } from "../start.ts";
import type { OwnScore } from "./judge-student.ts";
import { isBetter, judgeStudent, means, notBetter, readHeld } from "./judge-student.ts";
import { writeOwnFrames } from "./own-frames.ts";
import type { OwnPlan } from "./own-plan.ts";
import { planKey, planOwn, readPlan, writePlan } from "./own-plan.ts";

/** What is learned, from what, and for how long. */
export interface LearnOwnCameraOptions
  extends
    Pick<RunTddsrOptions, "distance" | "onStep" | "onProgress" | "signal">,
    Pick<RunRecipeOptions, "onPicture" | "onReady"> {
  /** A video file, or a folder of them: one camera's. */
  readonly footage: string;
  /** What a co-learning of another camera left: `NAME.start.checkpoint`, or its last stage's checkpoint beside its teacher's. */
  readonly start: string;
  /** What the student begins as, and its name. */
  readonly from: Trained;
  readonly fromName: string;
  /** The student's, the degradation's, and that of the folder in `out` that they are learned in. */
  readonly name: string;
  readonly out: string;
  /** Folder of pictures that are degraded. @defaultValue the footage's own frames at half their size */
  readonly data?: string;
  /** Frames of the footage, a fourth of them held back. @defaultValue 48 */
  readonly frames?: number;
  /** Of training on this machine, camera and student together. @defaultValue 15 */
  readonly minutes?: number;
  /** Steps of the camera's learning and of the student's each, in place of minutes. @defaultValue as many as fit */
  readonly steps?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
  readonly threads: number;
  readonly compiled: CompiledKernels;
  /** Throws away what was begun before. @defaultValue false: it is gone on with */
  readonly anew?: boolean;
  /** Told what was read, where it has not been before. */
  readonly onFootage?: (footage: Footage) => void;
  /** Told how many steps are to be done: before the first of them. */
  readonly onPlan?: (plan: OwnPlan) => void;
  /** Told as each part begins or goes on. */
  readonly onPart?: (part: "camera" | "student") => void;
}

/** What was learned. */
export interface OwnCamera {
  readonly files: TddsrFiles;
  /** The student: its checkpoint, its ONNX file and its card. */
  readonly checkpoint: string;
  readonly model: string;
  readonly card: string;
  readonly bytes: number;
  readonly plan: OwnPlan;
  /** Frames held back, made small by the learned degradation; and by the camera track, where little should be lost. */
  readonly learned: OwnScore;
  readonly track: OwnScore;
  /** What the degradation does to a held frame: its distance from bicubic reduction, in levels. */
  readonly change: number;
  /** Where the camera's learning ended early: it collapsed again and again behind this step. */
  readonly collapsedAt?: number;
}

/** Seconds that a kill may cost: little beside minutes. */
const secondsBetweenCheckpoints = 20;
/** Reports of each part; at those the camera's is looked at whether it is still good. */
const reports = 20;
/** Of the pictures, the learned degradation's; the others are the camera track's. More than a recipe takes: this is for one camera. */
const share = 0.5;

/**
 * Learns both; what is done is not done again, and what has begun goes on.
 *
 * @throws TatamiError `input-not-found` without footage or start, `invalid-option` where what was begun is of something else,
 * `wrong-answer` when the student is no better on the frames held back: its files are not written then, the degradation stays.
 */
export async function learnOwnCamera(options: LearnOwnCameraOptions): Promise<OwnCamera> {
  const { name, out, signal, compiled } = options;
  const folder = join(out, name);
  if (options.anew) await rm(folder, { recursive: true, force: true });
  const start = await readStart(options.start);
  const plan = await settle(options, folder, start);
  options.onPlan?.(plan);
  options.onPart?.("camera");
  const { files, collapsedAt } = await learnCamera(options, folder, plan, start);
  throwIfAborted(signal);
  options.onPart?.("student");
  const checkpoint = await trainStudent(options, folder, plan, files!);
  const folded = foldCheckpoint(checkpoint);
  const degradation = new Uint8Array(await readFile(files!.degradation));
  const held = await readHeld(plan.frames.held, degradation, compiled);
  const scores = judgeStudent(held, options.from.model, folded.model, compiled);
  if (!isBetter(scores)) throw notBetter(scores, plan, files!);
  const exported = await exportModel(
    checkpoint,
    folded,
    { "held-back": scores.learned.after, "held-back-camera": scores.track.after },
    notesOf(options, plan),
  );
  throwIfAborted(signal);
  const ending = (kind: string): string => join(out, `${name}.${kind}`);
  await writeCheckpoint(ending("checkpoint"), checkpoint);
  await writeWhole(ending("onnx"), [exported.bytes]);
  await writeWhole(ending("json"), [new TextEncoder().encode(cardText(exported.card))]);
  return {
    files: files!,
    checkpoint: ending("checkpoint"),
    model: ending("onnx"),
    card: ending("json"),
    bytes: exported.bytes.length,
    plan,
    learned: means(scores.learned),
    track: means(scores.track),
    change: held.change,
    ...(collapsedAt !== undefined && { collapsedAt }),
  };
}

/** The degradation, beginning with another camera's. */
function learnCamera(
  options: LearnOwnCameraOptions,
  folder: string,
  plan: OwnPlan,
  start: TddsrStart,
): Promise<TddsrResult> {
  const { distance } = options;
  return runTddsr({
    ...runningOf(options),
    recipe: plan.camera,
    data: dataOf(options, plan),
    real: plan.frames.real,
    out: join(folder, "camera"),
    start,
    reportEvery: Math.ceil(plan.camera.learningSteps / reports),
    ...(distance && { distance }),
  });
}

/** A student by it. */
async function trainStudent(
  options: LearnOwnCameraOptions,
  folder: string,
  plan: OwnPlan,
  { degradation }: TddsrFiles,
): Promise<Checkpoint> {
  const { from, fromName, onReady, signal } = options;
  const recipe = { ...plan.student, degradation, degradationShare: share, from: fromName };
  const trainedAt = checkpointPath(folder, recipe);
  await runRecipe({
    ...runningOf(options),
    recipe,
    data: dataOf(options, plan),
    out: folder,
    resume: await exists(trainedAt),
    evaluate: [plan.frames.held],
    reportEvery: Math.ceil(recipe.steps / reports),
    findTrained: () => Promise.resolve(from),
    ...(onReady && { onReady }),
  });
  throwIfAborted(signal);
  return readCheckpoint(trainedAt);
}

/** How both are run, and who is told of it. */
function runningOf({ threads, signal, onPicture, onStep, onProgress }: LearnOwnCameraOptions) {
  return {
    threads,
    checkpointEvery: secondsBetweenCheckpoints,
    ...(signal && { signal }),
    ...(onPicture && { onPicture }),
    ...(onStep && { onStep }),
    ...(onProgress && { onProgress }),
  };
}

/** Folder of the pictures that are degraded. */
function dataOf({ data }: LearnOwnCameraOptions, { frames }: OwnPlan): string {
  return data ?? frames.halved;
}

/** The plan of before, or a new one: frames are read and written, and some steps tell how many there is time for. */
async function settle(options: LearnOwnCameraOptions, folder: string, start: TddsrStart): Promise<OwnPlan> {
  const { footage, name, fromName, data, minutes = 15, frames: count = 48 } = options;
  const { steps, seed = 1, signal, onFootage } = options;
  const paths = [footage, options.start, ...(data === undefined ? [] : [data])];
  const key = await planKey(paths, name, fromName, count, minutes, steps, seed);
  const before = await readPlan(folder, key);
  if (before) return before;
  const frames = await writeOwnFrames(footage, folder, count, onFootage, signal);
  const { compiled, threads } = options;
  const from = options.from.startWeights();
  const plan = await planOwn(
    { name, frames, start, from, minutes, steps, seed, threads, compiled, signal },
    key,
  );
  await writePlan(folder, plan);
  return plan;
}

function notesOf({ footage, fromName, data }: LearnOwnCameraOptions, { frames, camera }: OwnPlan) {
  const pictures = data === undefined ? "its own frames at half their size" : basename(data);
  return {
    data: `${frames.learnedFrom} frames of the owner's own footage (${basename(footage)}), whose degradation was learned; it and the camera track degrade ${pictures}, half each.`,
    note: `Started from ${fromName}. The degradation: TDDSR-mini, in the style of TDDSR (arXiv 2410.07663), ${camera.learningSteps} steps.${softnessNote(frames.softness)}`,
  };
}
