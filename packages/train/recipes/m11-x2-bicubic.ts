/** SESR-M11 at scale 2 for pictures reduced by the bicubic filter: comparable with the literature. */

import { createRecipe } from "../src/recipe.ts";
import type { Recipe } from "../src/recipe.ts";

export const recipe: Recipe = createRecipe({
  name: "m11-x2",
  architecture: { blocks: 11, features: 16, width: 64, scale: 2 },
});
