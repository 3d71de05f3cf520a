/** A recipe of a co-learning: everything that decides what it makes, but for the pictures and the camera's own. */

import { checkInteger, checkKnownOptions, checkNumber } from "@tatami/core";
import { restorer } from "@tatami/graph";
import type { RestorerShape } from "@tatami/graph";
import type { Recipe } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import type { CoLearningWeights } from "./losses.ts";
import { usualWeights } from "./losses.ts";

/** As written in `recipes/*.ts`. */
export interface TddsrRecipeInit extends Partial<CoLearningWeights> {
  /** Tells it from other recipes. */
  readonly kind: "tddsr";
  readonly name: string;
  /** Channels of the restorers at the small picture's size. @defaultValue 16 */
  readonly base?: number;
  /** A trained SESR that enlarges before restorers see the picture: its name or file. @defaultValue the bicubic filter does */
  readonly enlarger?: {
    readonly from: string;
    readonly blocks: number;
    readonly features: number | readonly number[];
  };
  /** Steps of each stage. @defaultValue 20000, 8000, 6000 */
  readonly teacherSteps?: number;
  readonly upsamplerSteps?: number;
  readonly learningSteps?: number;
  /** @defaultValue 4 */
  readonly batch?: number;
  /** Side of a crop in small pixels, in eights: more than a restorer's halo of 56, or none learns what is far from borders. @defaultValue 64 */
  readonly crop?: number;
  /** As of a network's recipe. */
  readonly seed?: number;
  readonly sizes?: readonly number[];
  readonly degradations?: number;
}

/** With nothing left open. */
export type TddsrRecipe = Required<Omit<TddsrRecipeInit, "enlarger">> & Pick<TddsrRecipeInit, "enlarger">;

/** The stages, in their order. */
export const tddsrStages = ["teacher", "upsampler", "learning"] as const;
/** One of them. */
export type TddsrStage = (typeof tddsrStages)[number];

/** Whether a recipe is of this kind. */
export function isTddsrRecipe(recipe: object): recipe is TddsrRecipe {
  return (recipe as { kind?: unknown }).kind === "tddsr";
}

/** Fills in defaults. @throws TatamiError `invalid-option` */
export function createTddsrRecipe(init: TddsrRecipeInit): TddsrRecipe {
  const weights = Object.keys(usualWeights) as (keyof CoLearningWeights)[];
  checkKnownOptions("recipe", init, [
    "kind",
    "name",
    "base",
    "enlarger",
    "teacherSteps",
    "upsamplerSteps",
    "learningSteps",
    "batch",
    "crop",
    "seed",
    "sizes",
    "degradations",
    ...weights,
  ]);
  const counts = Object.fromEntries(
    weights.map((name) => [name, checkNumber(`recipe.${name}`, init[name] ?? usualWeights[name], 0, 100)]),
  ) as unknown as CoLearningWeights;
  return {
    kind: "tddsr",
    name: init.name,
    base: checkInteger("recipe.base", init.base ?? 16, 4, 128),
    ...(init.enlarger && { enlarger: init.enlarger }),
    teacherSteps: checkInteger("recipe.teacherSteps", init.teacherSteps ?? 20_000, 1),
    upsamplerSteps: checkInteger("recipe.upsamplerSteps", init.upsamplerSteps ?? 8000, 1),
    learningSteps: checkInteger("recipe.learningSteps", init.learningSteps ?? 6000, 1),
    batch: checkInteger("recipe.batch", init.batch ?? 4, 1, 256),
    crop: 8 * checkInteger("recipe.crop / 8", (init.crop ?? 64) / 8, 1, 16),
    seed: checkInteger("recipe.seed", init.seed ?? 1, 0, 2 ** 32 - 1),
    sizes: init.sizes ?? [1, 0.65],
    degradations: checkInteger("recipe.degradations", init.degradations ?? 4, 1, 64),
    ...counts,
  };
}

/** The shape of its restorers. */
export function restorerShape({ base, enlarger }: TddsrRecipe): RestorerShape {
  const { blocks, features } = enlarger ?? {};
  return restorer.check({ base, ...(enlarger && { enlarger: { blocks, features } }) });
}

/** A stage as the recipe of the restorer that it moves: what its checkpoint says. */
export function stageRecipe(recipe: TddsrRecipe, stage: TddsrStage): Recipe {
  const { name, batch, crop, seed, sizes, degradations } = recipe;
  const isLearning = stage === "learning";
  return createRecipe({
    name: `${name}-${stage}`,
    network: "restorer",
    architecture: { ...restorerShape(recipe) },
    track: "camera",
    degradations,
    sizes,
    seed,
    steps: recipe[`${stage}Steps`],
    batch,
    crop,
    optimizer: isLearning ? "adam" : "soap",
    side: "folded",
    candidates: 3,
    rate: isLearning ? 1e-4 : stage === "teacher" ? 2e-3 : 1e-3,
    hold: 0.5,
  });
}
