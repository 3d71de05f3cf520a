/** The smallest network of the zoo, 2152 weights, at scale 2 for pictures reduced by the bicubic filter. */

import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "micro-x2",
  architecture: { blocks: 2, features: 8, width: 256, scale: 2 },
  teacher: "xl-x2",
  optimizer: "soap",
  candidates: 3,
  hold: 0.7,
});
