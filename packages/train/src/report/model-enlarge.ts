/** Enlarging with a model of anybody's, once the kernels have agreed with the reference about it. */

import { createRandom, TatamiError } from "@tatami/core";
import { largestDifference, runReference } from "@tatami/graph";
import type { Model } from "@tatami/graph";
import type { CompiledKernels } from "../run/kernels.ts";
import type { LumaPlane } from "../data/luma.ts";
import type { Enlarge } from "./evaluate.ts";
import { createEnlarge, toTensor } from "./evaluate.ts";

/** The kernels may differ from the reference by rounding alone. */
const tolerance = 1e-4;

/**
 * Enlarges with a model on the kernels, after they have agreed with the reference on a small picture.
 *
 * @throws TatamiError `wrong-answer` when kernels and reference differ, `invalid-model` for what the kernels cannot run.
 */
export function createModelEnlarge(compiled: CompiledKernels, model: Model): Enlarge {
  const enlarge = createEnlarge(compiled, model);
  const unit = model.alignment ?? 1;
  // of windows, which scans have, a few each way are enough
  const wholeUnits = (side: number, fewest: number): number =>
    Math.max(fewest, Math.ceil(side / unit)) * unit;
  const probe = randomPlane(wholeUnits(19, 4), wholeUnits(17, 3));
  const expected = runReference(model, toTensor(probe));
  const difference = largestDifference(toTensor(enlarge(probe)), expected);
  if (difference <= tolerance) return enlarge;
  throw new TatamiError({
    code: "wrong-answer",
    message: `The kernels and the reference disagree about ${model.name} by ${difference}.`,
    fix: "Report this with the model's file.",
    detail: { model: model.name, difference },
  });
}

/** A picture of noise, the same every time: `[1, 1, height, width]` of the studio range once divided by 255. */
export function randomPlane(width: number, height: number): LumaPlane {
  const random = createRandom(7);
  return {
    width,
    height,
    data: Float32Array.from({ length: width * height }, () => 16 + 219 * random.uniform()),
  };
}
