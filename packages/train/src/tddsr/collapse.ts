/**
 * Whether a co-learning still makes good pictures: critics' losses do not say so, and one that collapses must go back.
 * The upsampler's pictures of crops by the camera track are compared with the truth by a perceptual distance, which it does
 * not learn by.
 */

import { restorer } from "@tatami/graph";
import type { LumaPlane } from "../data/luma.ts";
import { roundLuma } from "../data/luma.ts";
import type { Dataset, DatasetEntry } from "../data/dataset.ts";
import type { CropPair } from "../feed/draw-crops.ts";
import { drawCrops } from "../feed/draw-crops.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { toPlane } from "../report/evaluate.ts";
import { createModelEnlarge } from "../report/model-enlarge.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { networkModel } from "../shape/network-model.ts";
import { last } from "./diffusion.ts";
import { ownWeights } from "./networks.ts";
import type { TddsrRecipe } from "./recipe.ts";
import { stageRecipe } from "./recipe.ts";
import { foldTime } from "./timed.ts";

/** How far a picture is from another of its size, as people see it: 0 for the same. LPIPS, for one; luma is Y′ of 0..255. */
export type PerceptualDistance = (made: LumaPlane, truth: LumaPlane) => Promise<number>;

/** Crops looked at. */
const cropsSeen = 16;
/**
 * Their side in small pixels, where pictures hold it. A restorer reaches 56 pixels: in crops as small as it learns from it is held by
 * their borders everywhere, and what critics make of it in the middle of a whole picture is not seen.
 */
const seenSide = 128;
/** A distance this many times the lowest so far is a collapse: critics move it by some per cent either way. */
const collapseFactor = 1.15;
/** Collapses in a row, from one good state, after which nothing better is expected of it. */
const patience = 5;

/** Watches a learning. */
export interface CollapseWatch {
  /** Whether the upsampler is as good as it was, but for {@link collapseFactor}. */
  check(): Promise<boolean>;
  /** What was measured last, and the lowest. */
  readonly distance: number;
  readonly lowest: number;
  /** Aborts after {@link patience} collapses in a row: the learning's end is where it was last good. */
  readonly hopeless: AbortSignal;
}

/**
 * @param camera crops by the camera track and their truth
 * @param upsampler its present weights
 * @param enlarger those of its enlarger, where it has one
 */
export function createCollapseWatch(
  recipe: TddsrRecipe,
  camera: Dataset,
  distance: PerceptualDistance,
  compiled: CompiledKernels,
  upsampler: () => Tensors,
  enlarger: Tensors = {},
): CollapseWatch {
  const crops = largeCrops(camera, recipe);
  const network = stageRecipe(recipe, "learning");
  const own = ownWeights(restorer.check(network.architecture));
  const seen = { distance: NaN, lowest: Infinity, collapses: 0 };
  const giveUp = new AbortController();
  return {
    hopeless: giveUp.signal,
    get distance() {
      return seen.distance;
    },
    get lowest() {
      return seen.lowest;
    },
    async check() {
      const model = networkModel(network, { ...foldTime(own, upsampler(), last), ...enlarger });
      const enlarge = createModelEnlarge(compiled, model);
      let sum = 0;
      for (const { low, high } of crops)
        sum += await distance(roundLuma(enlarge(toPlane(low))), roundLuma(high));
      seen.distance = sum / crops.length;
      seen.lowest = Math.min(seen.lowest, seen.distance);
      const isGood = seen.distance <= collapseFactor * seen.lowest;
      seen.collapses = isGood ? 0 : seen.collapses + 1;
      if (seen.collapses === patience) giveUp.abort(new Error("collapsed again and again"));
      return isGood;
    },
  };
}

/** Crops as large as the pictures allow, but no smaller than those that are learned from. */
function largeCrops(camera: Dataset, { crop, seed }: TddsrRecipe): readonly CropPair[] {
  const sideOf = ({ width, height }: DatasetEntry): number => Math.min(width, height);
  const largest = camera.entries.reduce((most, entry) => Math.max(most, sideOf(entry)), 0);
  const side = Math.max(crop, 8 * Math.floor(Math.min(seenSide, largest) / 8));
  const entries = camera.entries.filter((entry) => sideOf(entry) >= side);
  return drawCrops({ ...camera, entries }, cropsSeen, side, seed);
}
