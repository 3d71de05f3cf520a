/** Crops of a data set to look at or to judge by, apart from what a run draws. */

import { createRandom } from "@tatami/core";
import type { Tensor } from "@tatami/graph";
import { tensor } from "@tatami/graph";
import type { Dataset } from "../data/dataset.ts";
import type { LumaPlane } from "../data/luma.ts";
import { toPlane } from "../report/evaluate.ts";
import { cropFields, createCropCutter, createCropSampler } from "./crop.ts";

/** Luma of 0..1, and what it is a reduction of, of 0..255. */
export interface CropPair {
  readonly low: Tensor;
  readonly high: LumaPlane;
}

/**
 * Crops of a data set, the same for the same seed; of every three drawn the one with the most detail, as in training.
 *
 * @param side in low-resolution pixels
 */
export function drawCrops(dataset: Dataset, count: number, side: number, seed: number): readonly CropPair[] {
  const fields = new Int32Array(count * cropFields);
  createCropSampler(dataset, side, 3).sample(createRandom(seed), fields);
  const { cut } = createCropCutter(dataset, side);
  const large = side * dataset.scale;
  return Array.from({ length: count }, (_, at) => {
    const low = tensor([1, 1, side, side]);
    const high = tensor([1, 1, large, large]);
    cut(fields.subarray(at * cropFields, (at + 1) * cropFields), low.data, high.data);
    return { low, high: toPlane(high) };
  });
}
