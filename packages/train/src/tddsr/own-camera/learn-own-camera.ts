/** Learning one's own camera from its footage: its degradation first, beginning with another's, and then a student by it. */

import { access, readFile, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { createRandom, TatamiError, throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { RunRecipeOptions } from "../../campaign/run-recipe.ts";
import { runRecipe } from "../../campaign/run-recipe.ts";
import { resizeLuma } from "../../data/bicubic.ts";
import { listPictures, readPicture } from "../../data/read-picture.ts";
import { reduceForEvaluation } from "../../data/read-evaluation-set.ts";
import { cameraTrack } from "../../data/tracks/camera.ts";
import type { Footage } from "../../footage/read-videos.ts";
import type { EvaluationPicture, ScoreRow } from "../../report/evaluate.ts";
import { evaluate } from "../../report/evaluate.ts";
import { cardText, exportModel, foldCheckpoint } from "../../report/export-model.ts";
import { createModelEnlarge } from "../../report/model-enlarge.ts";
import { readCheckpoint, writeCheckpoint } from "../../run/checkpoint/checkpoint.ts";
import type { CompiledKernels } from "../../run/kernels.ts";
import { checkpointPath } from "../../run/train.ts";
import { writeWhole } from "../../run/write-whole.ts";
import type { Trained } from "../../shape/trained-model.ts";
import { createDegrade } from "../degradation.ts";
import type { TddsrFiles } from "../export-tddsr.ts";
import type { RunTddsrOptions } from "../run-tddsr.ts";
import { runTddsr } from "../run-tddsr.ts";
import { readStart } from "../start.ts";
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

/** Mean decibels on the frames held back, of what the student began as and of what it came to; and bicubic enlargement's. */
export interface OwnScore {
  readonly before: number;
  readonly after: number;
  readonly bicubic: number;
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
/** Of the pictures, the learned degradation's; the others are the camera track's. */
const share = 0.5;

/**
 * Learns both; what is done is not done again, and what has begun goes on.
 *
 * @throws TatamiError `input-not-found` without footage or start, `invalid-option` where what was begun is of something else,
 * `wrong-answer` when the student is no better on the frames held back: its files are not written then, the degradation stays.
 */
export async function learnOwnCamera(options: LearnOwnCameraOptions): Promise<OwnCamera> {
  const { name, out, threads, signal, onPicture, onStep, onProgress, compiled } = options;
  const folder = join(out, name);
  if (options.anew) await rm(folder, { recursive: true, force: true });
  const start = await readStart(options.start);
  const plan = await settle(options, folder, start);
  options.onPlan?.(plan);
  const told = {
    threads,
    checkpointEvery: secondsBetweenCheckpoints,
    ...(signal && { signal }),
    ...(onPicture && { onPicture }),
    ...(onStep && { onStep }),
    ...(onProgress && { onProgress }),
  };
  const data = options.data ?? plan.frames.halved;
  const { distance } = options;
  options.onPart?.("camera");
  const { files, collapsedAt } = await runTddsr({
    ...told,
    recipe: plan.camera,
    data,
    real: plan.frames.real,
    out: join(folder, "camera"),
    start,
    reportEvery: Math.ceil(plan.camera.learningSteps / reports),
    ...(distance && { distance }),
  });
  throwIfAborted(signal);
  options.onPart?.("student");
  const recipe = {
    ...plan.student,
    degradation: files!.degradation,
    degradationShare: share,
    from: options.fromName,
  };
  const trainedAt = checkpointPath(folder, recipe);
  await runRecipe({
    ...told,
    recipe,
    data,
    out: folder,
    resume: await exists(trainedAt),
    evaluate: [plan.frames.held],
    reportEvery: Math.ceil(recipe.steps / reports),
    findTrained: () => Promise.resolve(options.from),
    ...(options.onReady && { onReady: options.onReady }),
  });
  throwIfAborted(signal);
  const checkpoint = await readCheckpoint(trainedAt);
  const folded = foldCheckpoint(checkpoint);
  const degradation = new Uint8Array(await readFile(files!.degradation));
  const held = await readHeld(plan.frames.held, degradation, compiled);
  const [learned, track] = (["learned", "track"] as const).map((way) => {
    const before = score(held[way], options.from.model, compiled);
    return { before, after: score(held[way], folded.model, compiled) };
  }) as [Scores, Scores];
  if (learned.after.at(-1)!.model.psnr <= learned.before.at(-1)!.model.psnr)
    throw notBetter(learned, plan, files!);
  const exported = await exportModel(
    checkpoint,
    folded,
    { "held-back": learned.after, "held-back-camera": track.after },
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
    learned: means(learned),
    track: means(track),
    change: held.change,
    ...(collapsedAt !== undefined && { collapsedAt }),
  };
}

/** The plan of before, or a new one: frames are read and written, and some steps tell how many there is time for. */
async function settle(
  options: LearnOwnCameraOptions,
  folder: string,
  start: Awaited<ReturnType<typeof readStart>>,
): Promise<OwnPlan> {
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

/** Frames held back, made small in both ways. */
interface Held {
  readonly learned: readonly EvaluationPicture[];
  readonly track: readonly EvaluationPicture[];
  readonly change: number;
}

async function readHeld(folder: string, degradation: Uint8Array, compiled: CompiledKernels): Promise<Held> {
  const degrade = createDegrade(compiled, degradation, "degradation");
  const [learned, track]: [EvaluationPicture[], EvaluationPicture[]] = [[], []];
  let change = 0;
  for (const [at, path] of (await listPictures(folder)).entries()) {
    const name = basename(path);
    const pair = await reduceForEvaluation(await readPicture(path), at, 2, { track: cameraTrack });
    const low = await degrade(pair.high, createRandom(at + 1));
    track.push({ name, ...pair });
    learned.push({ name, low, high: pair.high });
    const plain = resizeLuma(pair.high, low.width, low.height).data;
    change += low.data.reduce((sum, value, i) => sum + Math.abs(value - plain[i]!), 0) / low.data.length;
  }
  return { learned, track, change: change / learned.length };
}

/** Rows of what the student began as, and of what it came to. */
interface Scores {
  readonly before: readonly ScoreRow[];
  readonly after: readonly ScoreRow[];
}

function score(
  pictures: readonly EvaluationPicture[],
  model: Model,
  compiled: CompiledKernels,
): readonly ScoreRow[] {
  return evaluate(pictures, createModelEnlarge(compiled, model), 2);
}

function means({ before, after }: Scores): OwnScore {
  const last = after.at(-1)!;
  return { before: before.at(-1)!.model.psnr, after: last.model.psnr, bicubic: last.bicubic.psnr };
}

function notesOf({ footage, fromName, data }: LearnOwnCameraOptions, { frames, camera }: OwnPlan) {
  const pictures = data === undefined ? "its own frames at half their size" : basename(data);
  return {
    data: `${frames.learnedFrom} frames of the owner's own footage (${basename(footage)}), whose degradation was learned; it and the camera track degrade ${pictures}, half each.`,
    note: `Started from ${fromName}. The degradation: TDDSR-mini, in the style of TDDSR (arXiv 2410.07663), ${camera.learningSteps} steps.`,
  };
}

function notBetter(
  scores: Scores,
  { student }: OwnPlan,
  { degradation }: TddsrFiles,
): TatamiError<"wrong-answer"> {
  const { before, after } = means(scores);
  return new TatamiError({
    code: "wrong-answer",
    message: `After ${student.steps} steps the student scores ${after.toFixed(2)} dB on frames held back, the model it began with ${before.toFixed(2)} dB.`,
    fix: `Keep the model you began with, or give more footage, pictures or minutes, anew. The degradation is in ${degradation}.`,
    detail: { before, after, steps: student.steps },
  });
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
