/**
 * SESR-XL at scale 4 for what cameras give: blurred, noisy and really compressed pictures.
 * Meant to start from xl-x2-camera: `--from xl-x2-camera`.
 */

import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "xl-x4-camera",
  track: "camera",
  architecture: { blocks: 11, features: 32, width: 64, scale: 4 },
  optimizer: "soap",
  rate: 0.003,
  drawn: 24,
  hold: 0.7,
});
