/** SESR-M7 at scale 4 for pictures reduced by the bicubic filter: comparable with the literature. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "m7-x4",
  architecture: { ...sesrSizes.m7, scale: 4 },
  from: "m7-x2",
  optimizer: "soap",
  candidates: 3,
  drawn: 24,
  hold: 0.7,
});
