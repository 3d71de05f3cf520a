/** SESR-XL at scale 4 for pictures reduced by the bicubic filter: comparable with the literature. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "xl-x4",
  architecture: { ...sesrSizes.xl, scale: 4 },
  from: "xl-x2",
  optimizer: "soap",
  rate: 0.003,
  candidates: 3,
  sizes: [1, 0.65],
  drawn: 36,
  hold: 0.7,
});
