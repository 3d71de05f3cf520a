/** Test pictures from a folder. */

import { basename } from "node:path";
import { compressPictures } from "@tatami/codecs/node";
import { createRandom, throwIfAborted } from "@tatami/core";
import { checkFonts } from "./drawing/check-fonts.ts";
import { drawPicture } from "./drawing/draw-picture.ts";
import type { LumaPair } from "./dataset.ts";
import type { EvaluationPicture } from "../report/evaluate.ts";
import type { Picture } from "./luma.ts";
import { listPictures, readPicture } from "./read-picture.ts";
import type { Track } from "./track.ts";
import { usualTrack } from "./tracks.ts";

/** How test pictures are reduced. */
export interface EvaluationOptions {
  /**
   * The bicubic one as the literature does, to be compared with it; that of cameras through one random camera each,
   * the same ones every time, as that track's training pictures are. @defaultValue the bicubic one
   */
  readonly track?: Track;
  readonly signal?: AbortSignal;
}

/** Draws what befalls test pictures: no recipe's seed, so that no run has trained on the same draws. */
const evaluationSeed = 0x7e57;

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

/** Text and line art that no recipe's seed draws, and their reductions. @throws TatamiError `unsupported-environment` where no text can be drawn. */
export async function drawEvaluationSet(
  count: number,
  scale: number,
  options: EvaluationOptions = {},
): Promise<readonly EvaluationPicture[]> {
  await checkFonts();
  const pictures: EvaluationPicture[] = [];
  for (let index = 0; index < count; index++) {
    throwIfAborted(options.signal);
    const drawing = await drawPicture(createRandom((evaluationSeed << 8) + index));
    pictures.push({
      name: `drawing ${index}`,
      ...(await reduceForEvaluation(drawing, index, scale, options)),
    });
  }
  return pictures;
}

/** A picture and its one reduction; what is drawn at random is drawn by `index`. */
export async function reduceForEvaluation(
  picture: Picture,
  index: number,
  scale: number,
  { track = usualTrack, signal }: EvaluationOptions = {},
): Promise<LumaPair> {
  const drawn = { seed: evaluationSeed, degradations: 1, keepsTruth: true };
  const way = { scale, ...drawn, compress: compressPictures, ...(signal && { signal }) };
  const { high, lows } = await track.reduce(picture, index, way);
  return { low: lows[0]!, high };
}
