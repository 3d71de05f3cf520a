/** SESR-M3 at scale 4 for pictures reduced by the bicubic filter: comparable with the literature. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "m3-x4",
  architecture: { ...sesrSizes.m3, scale: 4 },
  from: "m3-x2",
  teacher: "xl-x4",
  optimizer: "soap",
  candidates: 3,
  sizes: [1, 0.65],
  drawn: 36,
  hold: 0.7,
});
