/** Whether a student is better than what it began as: both on frames held back, by the degradation that was learned. */

import { basename } from "node:path";
import { createRandom, TatamiError } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { resizeLuma } from "../../data/bicubic.ts";
import { reduceForEvaluation } from "../../data/read-evaluation-set.ts";
import { listPictures, readPicture } from "../../data/read-picture.ts";
import { cameraTrack } from "../../data/tracks/camera.ts";
import type { EvaluationPicture, ScoreRow } from "../../report/evaluate.ts";
import { evaluate } from "../../report/evaluate.ts";
import { createModelEnlarge } from "../../report/model-enlarge.ts";
import type { CompiledKernels } from "../../run/kernels.ts";
import { createDegrade, createLearnedTrack } from "../degradation.ts";
import type { TddsrFiles } from "../export-tddsr.ts";
import type { OwnPlan } from "./own-plan.ts";

/** Mean decibels on the frames held back, of what the student began as and of what it came to; and bicubic enlargement's. */
export interface OwnScore {
  readonly before: number;
  readonly after: number;
  readonly bicubic: number;
}

/** Frames held back, made small in both ways. */
export interface Held {
  readonly learned: readonly EvaluationPicture[];
  readonly track: readonly EvaluationPicture[];
  /** What the degradation does to one of them: its distance from bicubic reduction, in levels. */
  readonly change: number;
}

/** Makes them small. @param folder of the frames as they are @param degradation what was learned */
export async function readHeld(
  folder: string,
  degradation: Uint8Array,
  compiled: CompiledKernels,
): Promise<Held> {
  const degrade = createDegrade(compiled, degradation, "degradation");
  const byCamera = createLearnedTrack(degrade, "held", 1);
  const [learned, track]: [EvaluationPicture[], EvaluationPicture[]] = [[], []];
  let change = 0;
  for (const [at, path] of (await listPictures(folder)).entries()) {
    const name = basename(path);
    const picture = await readPicture(path);
    track.push({ name, ...(await reduceForEvaluation(picture, at, 2, { track: cameraTrack })) });
    const pair = await reduceForEvaluation(picture, at, 2, { track: byCamera });
    learned.push({ name, ...pair });
    const low = await degrade(pair.high, createRandom(at + 1));
    const plain = resizeLuma(pair.high, low.width, low.height).data;
    change += low.data.reduce((sum, value, i) => sum + Math.abs(value - plain[i]!), 0) / low.data.length;
  }
  return { learned, track, change: change / learned.length };
}

/** Rows of what the student began as, and of what it came to. */
export interface Scores {
  readonly before: readonly ScoreRow[];
  readonly after: readonly ScoreRow[];
}

/** By frames made small in either way. */
export interface StudentScores {
  readonly learned: Scores;
  readonly track: Scores;
}

/** Scores what the student began as, and what it came to. */
export function judgeStudent(
  { learned, track }: Held,
  before: Model,
  after: Model,
  compiled: CompiledKernels,
): StudentScores {
  const scoresOf = (pictures: readonly EvaluationPicture[]): Scores => {
    const score = (model: Model): readonly ScoreRow[] =>
      evaluate(pictures, createModelEnlarge(compiled, model), 2);
    return { before: score(before), after: score(after) };
  };
  return { learned: scoresOf(learned), track: scoresOf(track) };
}

/** Whether it is better where the degradation is the learned one. */
export function isBetter({ learned }: StudentScores): boolean {
  const { before, after } = means(learned);
  return after > before;
}

/** Of all frames. */
export function means({ before, after }: Scores): OwnScore {
  const last = after.at(-1)!;
  return { before: before.at(-1)!.model.psnr, after: last.model.psnr, bicubic: last.bicubic.psnr };
}

/** The error for a student that is not. */
export function notBetter(
  { learned }: StudentScores,
  { student }: OwnPlan,
  { degradation }: TddsrFiles,
): TatamiError<"wrong-answer"> {
  const { before, after } = means(learned);
  return new TatamiError({
    code: "wrong-answer",
    message: `After ${student.steps} steps the student scores ${after.toFixed(2)} dB on frames held back, the model it began with ${before.toFixed(2)} dB.`,
    fix: `Keep the model you began with, or give more footage, pictures or minutes, anew. The degradation is in ${degradation}.`,
    detail: { before, after, steps: student.steps },
  });
}
