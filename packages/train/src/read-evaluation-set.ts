/** Test pictures from a folder. */

import { basename } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { throwIfAborted } from "@tatami/core";
import { degradeOften } from "./camera/camera-dataset.ts";
import { createBicubicPair } from "./dataset.ts";
import type { EvaluationPicture } from "./evaluate.ts";
import { cropToMultiple, lumaOf } from "./luma.ts";
import { listPictures, readPicture } from "./read-picture.ts";
import type { Track } from "./recipe.ts";

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
  const { track = "bicubic", signal } = options;
  const pictures: EvaluationPicture[] = [];
  for (const [index, path] of (await listPictures(folder)).entries()) {
    throwIfAborted(signal);
    const name = basename(path);
    const picture = await readPicture(path);
    if (track === "bicubic") {
      pictures.push({ name, ...createBicubicPair(picture, scale) });
      continue;
    }
    const high = cropToMultiple(picture, scale);
    const drawing = { scale, seed: SEED, degradations: 1, ...(signal ? { signal } : {}) };
    const [low] = await degradeOften(high, index, drawing, compressPictures);
    pictures.push({ name, low: low!, high: lumaOf(high) });
  }
  return pictures;
}
