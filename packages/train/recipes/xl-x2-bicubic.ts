/** SESR-XL at scale 2 for pictures reduced by the bicubic filter: comparable with the literature. */

import { createRecipe } from "../src/recipe.ts";
import type { Recipe } from "../src/recipe.ts";

export const recipe: Recipe = createRecipe({
  name: "xl-x2",
  architecture: { blocks: 11, features: 32, width: 64, scale: 2 },
});
