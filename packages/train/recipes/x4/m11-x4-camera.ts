/** SESR-M11 at scale 4 for what cameras give: blurred, noisy and really compressed pictures. */

import { sesrSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "m11-x4-camera",
  track: "camera",
  architecture: { ...sesrSizes.m11, scale: 4 },
  from: "m11-x4",
  mixesWith: "m11-x4",
  optimizer: "soap",
  drawn: 24,
  hold: 0.7,
});
