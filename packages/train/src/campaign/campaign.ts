/** A campaign: networks that are trained one after another, each from and by those before it. */

import { checkKnownOptions, checkNumber, invalidOption } from "@tatami/core";
import type { Recipe, RecipeInit } from "./recipe.ts";
import { createRecipe } from "./recipe.ts";

/** One network of a campaign. What is left out is the recipe's. */
export interface CampaignEntry {
  /** Names its model and its files, and it for later entries. @defaultValue the recipe's name */
  readonly name?: string;
  /** A recipe that ships, by its name; a file of one; or the recipe itself. */
  readonly recipe: string | RecipeInit;
  /** An earlier entry, another network by its name, or "none". */
  readonly from?: string;
  /** An earlier entry, another network by its name, or "none". */
  readonly teacher?: string;
  readonly steps?: number;
  /** Whether its model is one of those that the campaign is for, and not only a parent of others. @defaultValue true */
  readonly ships?: boolean;
}

/** Networks in the order they are trained in. */
export interface Campaign {
  readonly name: string;
  readonly entries: readonly CampaignEntry[];
}

/** An entry with nothing left open. */
export interface PlannedEntry {
  /** Named for the entry, with its parents and its steps. */
  readonly recipe: Recipe;
  readonly ships: boolean;
}

const options = ["name", "recipe", "from", "teacher", "steps", "ships"];

/** A campaign, its options known. @throws TatamiError `invalid-option`. */
export function createCampaign(campaign: Campaign): Campaign {
  checkKnownOptions("campaign", campaign, ["name", "entries"]);
  if (!/^[\w-]+$/.test(campaign.name)) throw invalidOption("campaign.name", "a file's name", campaign.name);
  if (campaign.entries.length === 0) throw invalidOption("campaign.entries", "one at least", "none");
  campaign.entries.forEach((entry, index) => checkKnownOptions(`campaign.entries[${index}]`, entry, options));
  return campaign;
}

/**
 * Its entries as recipes.
 *
 * @param budget what the steps of every entry are multiplied by; below 1, their rise and the number of drawings are, too
 * @param read finds recipes by name or file
 * @throws TatamiError `invalid-option` when two have one name, or one begins with or learns from a later one.
 */
export async function planCampaign(
  campaign: Campaign,
  budget: number,
  read: (nameOrFile: string) => Promise<Recipe>,
): Promise<readonly PlannedEntry[]> {
  checkNumber("budget", budget, 0, 1000);
  const planned: PlannedEntry[] = [];
  for (const { recipe: source, ships = true, ...overruling } of campaign.entries) {
    const recipe = createRecipe({
      ...(typeof source === "string" ? await read(source) : source),
      ...overruling,
    });
    planned.push({ recipe: scaleRecipe(recipe, budget), ships });
  }
  const names = planned.map(({ recipe }) => recipe.name);
  for (const [index, { recipe }] of planned.entries()) {
    const option = `campaign.entries[${index}]`;
    if (names.indexOf(recipe.name) !== index) {
      throw invalidOption(`${option}.name`, "no earlier entry's", recipe.name);
    }
    for (const role of ["from", "teacher"] as const) {
      if (names.indexOf(recipe[role] ?? "") >= index) {
        throw invalidOption(`${option}.${role}`, "an earlier entry, or none of this campaign", recipe[role]);
      }
    }
  }
  return planned;
}

/** Fewer steps rise for fewer of them, else they would do nothing else, and see fewer drawings. */
function scaleRecipe(recipe: Recipe, budget: number): Recipe {
  return {
    ...recipe,
    drawn: Math.ceil(recipe.drawn * Math.min(1, budget)),
    steps: Math.max(1, Math.round(recipe.steps * budget)),
    warmUp: Math.round(recipe.warmUp * Math.min(1, budget)),
  };
}
