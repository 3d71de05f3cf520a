/** Scoring a model on a folder of pictures. */

import type { Model } from "@tatami/graph";
import type { ScoreRow } from "./evaluate.ts";
import { evaluate } from "./evaluate.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { createModelEnlarge } from "./model-enlarge.ts";
import type { EvaluationOptions } from "../data/read-evaluation-set.ts";
import { readEvaluationSet } from "../data/read-evaluation-set.ts";

/**
 * Scores of a model on the pictures of a folder; the last row is the mean.
 *
 * @throws TatamiError `input-not-found` without pictures, `wrong-answer` when kernels and reference differ.
 */
export async function scoreFolder(
  compiled: CompiledKernels,
  model: Model,
  folder: string,
  options: EvaluationOptions = {},
): Promise<readonly ScoreRow[]> {
  const pictures = await readEvaluationSet(folder, model.scale, options);
  return evaluate(pictures, createModelEnlarge(compiled, model), model.scale);
}
