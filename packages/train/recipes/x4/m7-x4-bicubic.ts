/** SESR-M7 at scale 4 for pictures reduced by the bicubic filter: comparable with the literature. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "m7-x4",
  architecture: { ...sesrSizes.m7, scale: 4 },
  from: "m7-x2",
  teacher: "xl-x4",
  optimizer: "soap",
  candidates: 3,
  sizes: [1, 0.65],
  drawn: 36,
  hold: 0.7,
});
