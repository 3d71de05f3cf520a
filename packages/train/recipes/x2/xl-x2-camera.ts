/** SESR-XL at scale 2 for what cameras give: blurred, noisy and really compressed pictures. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "xl-x2-camera",
  track: "camera",
  architecture: { ...sesrSizes.xl, scale: 2 },
  from: "xl-x2",
  mixesWith: "xl-x2",
  optimizer: "soap",
  rate: 0.003,
  drawn: 24,
  hold: 0.7,
});
