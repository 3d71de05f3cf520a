/** SESR-XL at scale 4 for what cameras give: blurred, noisy and really compressed pictures. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "xl-x4-camera",
  track: "camera",
  architecture: { ...sesrSizes.xl, scale: 4 },
  from: "xl-x4",
  mixesWith: "xl-x4",
  optimizer: "soap",
  rate: 0.003,
  drawn: 24,
  hold: 0.7,
});
