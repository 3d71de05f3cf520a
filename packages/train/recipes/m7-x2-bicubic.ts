/** SESR-M7 at scale 2 for pictures reduced by the bicubic filter: comparable with the literature. */

import { createRecipe } from "../src/recipe.ts";
import type { Recipe } from "../src/recipe.ts";

export const recipe: Recipe = createRecipe({
  name: "m7-x2",
  architecture: { blocks: 7, features: 16, width: 256, scale: 2 },
});
