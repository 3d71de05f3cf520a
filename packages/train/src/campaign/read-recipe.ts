/** Recipes by name, as they ship, or from a file. */

import { readdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { invalidOption, TatamiError } from "@tatami/core";
import { createRecipe } from "./recipe.ts";
import type { Recipe, RecipeInit } from "./recipe.ts";

/** In the build the recipes lie beside this file, in the source beside its folder; each in its own language. */
const isBuilt = !import.meta.url.endsWith(".ts");
const folder = new URL(isBuilt ? "../recipes/" : "../../recipes/", import.meta.url);
const ending = isBuilt ? ".js" : ".ts";

/** The names of the recipes that ship, for instance `m5-x2-bicubic`. */
export async function listRecipes(): Promise<readonly string[]> {
  const files = await readdir(folder);
  const names = files.filter((file) => file.endsWith(ending) && !file.endsWith(".d.ts"));
  return names.map((file) => file.slice(0, -ending.length)).sort();
}

/**
 * The recipe of that name, or that a file exports as `recipe`. What has a dot or a slash is a file.
 *
 * @throws TatamiError `invalid-option` for an unknown name or a file without a recipe, `input-not-found`.
 */
export async function readRecipe(nameOrFile: string): Promise<Recipe> {
  const isFile = /[./\\]/.test(nameOrFile);
  if (!isFile) {
    const names = await listRecipes();
    if (!names.includes(nameOrFile)) throw unknownRecipe(nameOrFile, names);
  }
  const url = isFile ? pathToFileURL(resolve(nameOrFile)) : new URL(`${nameOrFile}${ending}`, folder);
  const module = (await import(url.href).catch((error: unknown) => {
    throw TatamiError.is(error) ? error : cannotLoad(nameOrFile, error);
  })) as { recipe?: RecipeInit };
  if (module.recipe) return createRecipe(module.recipe);
  throw invalidOption("RECIPE", "a file that exports `recipe`", nameOrFile, "Export one: see createRecipe.");
}

function unknownRecipe(name: string, names: readonly string[]): TatamiError<"invalid-option"> {
  return new TatamiError({
    code: "invalid-option",
    message: `There is no recipe named ${JSON.stringify(name)}.`,
    fix: `Use one of ${names.join(", ")}, or name a file: ./${name}.js.`,
    detail: { option: "RECIPE", value: name },
  });
}

function cannotLoad(file: string, error: unknown): TatamiError<"input-not-found"> {
  const isUnknownLanguage = (error as NodeJS.ErrnoException).code === "ERR_UNKNOWN_FILE_EXTENSION";
  return new TatamiError({
    code: "input-not-found",
    message: `The recipe ${file} cannot be loaded: ${(error as Error).message}.`,
    fix: isUnknownLanguage
      ? "Write the recipe in JavaScript, run a Node that reads TypeScript (22.18 or newer), or load tsx: NODE_OPTIONS='--import tsx'."
      : "Name a file that is there, or a recipe that ships.",
    detail: { file },
    cause: error,
  });
}
