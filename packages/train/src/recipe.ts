/** A recipe: everything that decides what a training run makes, but for the pictures themselves. */

import { checkInteger, checkKnownOptions, checkNumber, checkOneOf } from "@tatami/core";
import type { Architecture } from "./architecture.ts";
import { checkArchitecture } from "./architecture.ts";

/**
 * How low-resolution pictures are made: by MATLAB's bicubic filter, for comparison with the literature, or as cameras
 * make them, with blur, noise and real compression.
 */
export type Track = "bicubic" | "camera";

/** A recipe as written in `recipes/*.ts`. */
export interface RecipeInit {
  /** Names the model, its checkpoint and its files: "m5-x2". */
  readonly name: string;
  readonly architecture: Architecture;
  /** @defaultValue "bicubic" */
  readonly track?: Track;
  /** Low-resolution versions of each picture; the bicubic track has one. @defaultValue 4 on the camera track, else 1 */
  readonly degradations?: number;
  /** @defaultValue 1 */
  readonly seed?: number;
  /** @defaultValue 30000 */
  readonly steps?: number;
  /** Crops in a step. @defaultValue 16 */
  readonly batch?: number;
  /** Side of a crop in low-resolution pixels. @defaultValue 48 */
  readonly crop?: number;
  /** Highest learning rate. @defaultValue 0.0005 */
  readonly rate?: number;
  /** Steps of the learning rate's rise. @defaultValue 200 */
  readonly warmUp?: number;
  /** @defaultValue 1 */
  readonly clipNorm?: number;
  /** @defaultValue false */
  readonly amsgrad?: boolean;
  /** @defaultValue 0.999 */
  readonly averageDecay?: number;
}

/** A recipe with nothing left open. */
export type Recipe = Required<RecipeInit>;

const OPTIONS = [
  "name",
  "architecture",
  "track",
  "degradations",
  "seed",
  "steps",
  "batch",
  "crop",
  "rate",
  "warmUp",
  "clipNorm",
  "amsgrad",
  "averageDecay",
];

/** Fills in defaults. @throws TatamiError `invalid-option`. */
export function createRecipe(init: RecipeInit): Recipe {
  checkKnownOptions("recipe", init, OPTIONS);
  const track = checkOneOf("recipe.track", init.track ?? "bicubic", ["bicubic", "camera"]);
  const most = track === "camera" ? 64 : 1;
  return {
    name: init.name,
    architecture: checkArchitecture(init.architecture),
    track,
    degradations: checkInteger("recipe.degradations", init.degradations ?? Math.min(most, 4), 1, most),
    seed: checkInteger("recipe.seed", init.seed ?? 1, 0, 2 ** 32 - 1),
    steps: checkInteger("recipe.steps", init.steps ?? 30_000, 1),
    batch: checkInteger("recipe.batch", init.batch ?? 16, 1, 1024),
    crop: checkInteger("recipe.crop", init.crop ?? 48, 8, 512),
    rate: checkNumber("recipe.rate", init.rate ?? 5e-4, 0, 1),
    warmUp: checkInteger("recipe.warmUp", init.warmUp ?? 200, 0),
    clipNorm: checkNumber("recipe.clipNorm", init.clipNorm ?? 1, 0),
    amsgrad: init.amsgrad ?? false,
    averageDecay: checkNumber("recipe.averageDecay", init.averageDecay ?? 0.999, 0, 1),
  };
}
