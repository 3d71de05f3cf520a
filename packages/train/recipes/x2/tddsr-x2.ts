/** TDDSR-mini at scale 2, in the style of TDDSR (arXiv 2410.07663): a restorer and a camera's degradation learned together. */

import { createTddsrRecipe } from "@tatami/train";
import type { TddsrRecipe } from "@tatami/train";

export const recipe: TddsrRecipe = createTddsrRecipe({
  kind: "tddsr",
  name: "tddsr-x2",
  enlarger: { from: "m7-x2-camera", blocks: 7, features: 16 },
});
