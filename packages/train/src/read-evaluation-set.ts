/** Test pictures from a folder. */

import { basename } from "node:path";
import { createBicubicPair } from "./dataset.ts";
import type { EvaluationPicture } from "./evaluate.ts";
import { listPictures, readPicture } from "./read-picture.ts";

/** Reads a folder as pictures and their bicubic reductions. */
export async function readEvaluationSet(
  folder: string,
  scale: number,
): Promise<readonly EvaluationPicture[]> {
  const pictures: EvaluationPicture[] = [];
  for (const path of await listPictures(folder)) {
    pictures.push({ name: basename(path), ...createBicubicPair(await readPicture(path), scale) });
  }
  return pictures;
}
