/**
 * SESR-M3 at scale 4 for pictures reduced by the bicubic filter: comparable with the literature.
 * Meant to start from the ×2 network: `--from m3-x2.checkpoint`.
 */

import { createRecipe } from "../src/recipe.ts";
import type { Recipe } from "../src/recipe.ts";

export const recipe: Recipe = createRecipe({
  name: "m3-x4",
  architecture: { blocks: 3, features: 16, width: 256, scale: 4 },
});
