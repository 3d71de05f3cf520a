/** SESR-M3 at scale 2 for pictures reduced by the bicubic filter: comparable with the literature. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "m3-x2",
  architecture: { ...sesrSizes.m3, scale: 2 },
  teacher: "xl-x2",
  optimizer: "soap",
  candidates: 3,
  sizes: [1, 0.65],
  drawn: 36,
  hold: 0.7,
});
