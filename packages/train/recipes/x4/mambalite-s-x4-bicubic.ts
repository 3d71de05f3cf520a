/** MambaLiteSR, the small size, at scale 4 for pictures reduced by the bicubic filter. */

import { mambaSizes } from "@tatami/graph";
import { createRecipe } from "@tatami/train";
import type { Recipe } from "@tatami/train";

export const recipe: Recipe = createRecipe({
  name: "mambalite-s-x4",
  network: "mamba",
  architecture: { ...mambaSizes.s, scale: 4 },
  optimizer: "soap",
  candidates: 3,
  sizes: [1, 0.65],
  drawn: 36,
  hold: 0.7,
});
