/** Recipes and campaigns by name, as they ship, or from a file. */

import type { Campaign } from "./campaign.ts";
import { createCampaign } from "./campaign.ts";
import { createShelf } from "./read-shipped.ts";
import type { Recipe, RecipeInit } from "./recipe.ts";
import { createRecipe } from "./recipe.ts";
import type { TddsrRecipe } from "../tddsr/recipe.ts";
import { createTddsrRecipe, isTddsrRecipe } from "../tddsr/recipe.ts";
import { readCheckpoint } from "../run/checkpoint/checkpoint.ts";

const recipes = createShelf<RecipeInit>("recipe", "-bicubic");
const campaigns = createShelf<Campaign>("campaign");

/** What the names of co-learnings' recipes begin with. */
const coLearning = /^tddsr-/;

/** The names of the networks' recipes that ship, for instance `m5-x2-bicubic`. */
export async function listRecipes(): Promise<readonly string[]> {
  return (await recipes.list()).filter((name) => !coLearning.test(name));
}

/** The names of the co-learnings' that ship. */
export async function listTddsrRecipes(): Promise<readonly string[]> {
  return (await recipes.list()).filter((name) => coLearning.test(name));
}

/**
 * The recipe of that name, or that a file exports as `recipe`, or that a checkpoint was trained by. What has a dot or a
 * slash is a file; `m5-x2` is `m5-x2-bicubic`.
 *
 * @throws TatamiError `invalid-option` for an unknown name or a file without a recipe, `input-not-found`, `damaged-input`.
 */
export async function readRecipe(nameOrFile: string): Promise<Recipe> {
  if (nameOrFile.endsWith(".checkpoint")) return (await readCheckpoint(nameOrFile)).recipe;
  return createRecipe(await recipes.read(nameOrFile));
}

/**
 * The same of a co-learning, if it is one.
 *
 * @throws TatamiError as {@link readRecipe}
 */
export async function readTddsrRecipe(nameOrFile: string): Promise<TddsrRecipe | undefined> {
  if (nameOrFile.endsWith(".checkpoint")) return undefined;
  const recipe: object = await recipes.read(nameOrFile);
  return isTddsrRecipe(recipe) ? createTddsrRecipe(recipe) : undefined;
}

/** The names of the campaigns that ship. */
export function listCampaigns(): Promise<readonly string[]> {
  return campaigns.list();
}

/**
 * The campaign of that name, or that a file exports as `campaign`. What has a dot or a slash is a file.
 *
 * @throws TatamiError `invalid-option` for an unknown name or a file without a campaign, `input-not-found`.
 */
export async function readCampaign(nameOrFile: string): Promise<Campaign> {
  return createCampaign(await campaigns.read(nameOrFile));
}
