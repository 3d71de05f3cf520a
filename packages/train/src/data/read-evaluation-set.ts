/** Test pictures from a folder. */

import { basename } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { throwIfAborted } from "@tatami/core";
import { degradeOften } from "./camera/camera-dataset.ts";
import type { LumaPair } from "./dataset.ts";
import { createBicubicPair } from "./dataset.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import type { Picture } from "./luma.ts";
import { cropToMultiple, lumaOf } from "./luma.ts";
import { listPictures, readPicture } from "./read-picture.ts";
import type { Track } from "../campaign/recipe.ts";

/** How test pictures are reduced. */
export interface EvaluationOptions {
  /**
   * `bicubic` as the literature does, to be compared with it; `camera` through one random camera each, the same
   * ones every time, as that track's training pictures are. @defaultValue "bicubic"
   */
  readonly track?: Track;
  readonly signal?: AbortSignal;
}

/** Draws the cameras of test pictures: no recipe's seed, so that no run has trained on the same draws. */
const SEED = 0x7e57;

/** Reads a folder as pictures and their reductions. */
export async function readEvaluationSet(
  folder: string,
  scale: number,
  options: EvaluationOptions = {},
): Promise<readonly EvaluationPicture[]> {
  const pictures: EvaluationPicture[] = [];
  for (const [index, path] of (await listPictures(folder)).entries()) {
    throwIfAborted(options.signal);
    const pair = await reduceForEvaluation(await readPicture(path), index, scale, options);
    pictures.push({ name: basename(path), ...pair });
  }
  return pictures;
}

/** A picture and its reduction; on the camera track through test camera number `index`. */
export async function reduceForEvaluation(
  picture: Picture,
  index: number,
  scale: number,
  { track = "bicubic", signal }: EvaluationOptions = {},
): Promise<LumaPair> {
  if (track === "bicubic") return createBicubicPair(picture, scale);
  const high = cropToMultiple(picture, scale);
  const way = { scale, seed: SEED, degradations: 1, ...(signal ? { signal } : {}) };
  const [low] = await degradeOften(high, index, way, compressPictures);
  return { low: low!, high: lumaOf(high) };
}
