/** From a checkpoint to what is shipped: an ONNX file and its card. */

import { sha256Of, TatamiError } from "@tatami/core";
import {
  countMacs,
  countParameters,
  largestDifference,
  readOnnx,
  runReference,
  writeOnnx,
} from "@tatami/graph";
import type { DistilNote, Model, ModelCard } from "@tatami/graph";
import type { Distil } from "../distil/options.ts";
import { averageOf } from "../run/checkpoint/checkpoint-content.ts";
import type { ScoreRow } from "./evaluate.ts";
import { sumLineage } from "../campaign/lineage.ts";
import { networkModel, wideOutput } from "../shape/network-model.ts";
import { tracks } from "../data/tracks.ts";
import { toTensor } from "./evaluate.ts";
import { randomPlane } from "./model-enlarge.ts";
import type { Checkpoint } from "../run/checkpoint/checkpoint-content.ts";

/** A folded model. */
export interface FoldedModel {
  /** As its ONNX file reads back. */
  readonly model: Model;
  /** Largest difference between the wide network and this one, on a picture of 0..1, by the graph's reference. */
  readonly foldingError: number;
}

/** What is shipped. */
export interface ExportedModel {
  /** The ONNX file. */
  readonly bytes: Uint8Array;
  readonly card: ModelCard;
}

/** What a card says that neither the checkpoint nor the scores tell. */
export interface CardNotes {
  /** What it was trained on, and under which licences. */
  readonly data: string;
  /** What the recipe does not tell of how it was made. @defaultValue nothing */
  readonly note?: string;
}

/** SESR, section 3: both forms compute the same but for rounding. */
const foldingTolerance = 1e-5;

/**
 * Folds a checkpoint's moving average.
 *
 * @throws TatamiError `wrong-answer` when the folded network is not the wide one.
 */
export function foldCheckpoint(checkpoint: Checkpoint): FoldedModel {
  const { recipe } = checkpoint;
  const { name } = recipe;
  const { weights, wide } = averageOf(checkpoint);
  const { model } = readOnnx(writeOnnx(networkModel(recipe, weights)));
  const unit = model.alignment ?? 1;
  const picture = toTensor(randomPlane(24 * unit, 20 * unit));
  const trained = wide ? wideOutput(recipe, wide) : networkModel(recipe, weights).output;
  const foldingError = largestDifference(runReference(model, picture), runReference(trained, picture));
  if (foldingError <= foldingTolerance) return { model, foldingError };
  throw new TatamiError({
    code: "wrong-answer",
    message: `${name}: the folded network differs from the wide one by ${foldingError}.`,
    fix: "Report this with the checkpoint.",
    detail: { model: name, foldingError },
  });
}

/** Multiply-accumulates to make one picture of 1280×720 from its low-resolution input. */
export function macs720p(model: Model): number {
  return (macsPerPixel(model) * 1280 * 720) / model.scale ** 2;
}

/** Of a low-resolution pixel. */
function macsPerPixel(model: Model): number {
  const { alignment: side = 1 } = model;
  return countMacs(model, { width: side, height: side }) / side ** 2;
}

/** A card as its file's text. */
export function cardText(card: ModelCard): string {
  return `${JSON.stringify(card, null, 2)}\n`;
}

/**
 * The file and card of a folded checkpoint.
 *
 * @param scores the rows of `evaluate` by test set
 */
export async function exportModel(
  checkpoint: Checkpoint,
  { model, foldingError }: FoldedModel,
  scores: Readonly<Record<string, readonly ScoreRow[]>>,
  notes: CardNotes,
): Promise<ExportedModel> {
  const { recipe, state, lineage } = checkpoint;
  const { name, track, seed, batch, crop, drawn, architecture } = recipe;
  const steps = state.step;
  const { suffix } = tracks[track];
  // a recipe's name says its track always, a model's where that is not the usual one
  const recipeName = `${name.endsWith(suffix) ? name.slice(0, name.length - suffix.length) : name}-${track}`;
  // a checkpoint of before does not say what it was made from
  const total = lineage && sumLineage({ steps, samples: steps * batch }, lineage);
  const all = total && { totalSteps: total.steps, samples: total.samples };
  const made = { recipe: recipeName, seed, steps, batch, crop, ...all, license: "MIT" };
  const metadata = Object.fromEntries(Object.entries(made).map(([key, value]) => [key, String(value)]));
  const bytes = writeOnnx(model, metadata);
  const means = (pick: (row: ScoreRow) => number, digits: number): Record<string, number> =>
    Object.fromEntries(
      Object.entries(scores).map(([set, rows]) => [set, Number(pick(rows.at(-1)!).toFixed(digits))]),
    );
  const card: ModelCard = {
    name,
    scale: architecture.scale,
    track,
    parameters: countParameters(model),
    macsPerPixel: macsPerPixel(model),
    macs720p: macs720p(model),
    psnr: means((row) => row.model.psnr, 2),
    ssim: means((row) => row.model.ssim, 4),
    bicubicPsnr: means((row) => row.bicubic.psnr, 2),
    bicubicSsim: means((row) => row.bicubic.ssim, 4),
    recipe: made.recipe,
    seed,
    steps,
    ...(lineage && { lineage }),
    ...(recipe.distil && { distil: noteOf(recipe.distil) }),
    ...(recipe.loss === "psnr" && { loss: recipe.loss }),
    ...(recipe.mixesWith !== undefined && { mixesWith: recipe.mixesWith }),
    ...all,
    batch,
    crop,
    ...(notes.note !== undefined && { note: notes.note }),
    data:
      drawn === 0 ? notes.data : `${notes.data}; ${drawn} drawings of text and line art, made by the trainer`,
    foldingError: Number(foldingError.toPrecision(2)),
    sha256: await sha256Of(bytes),
    license: made.license,
  };
  return { bytes, card };
}

function noteOf({ method, truth, turns, drawings, points }: Distil): DistilNote {
  const drawn = drawings === "truth" && { drawings };
  return { method, truth, turns, ...drawn, ...(method === "mipkd" && { points }) };
}
