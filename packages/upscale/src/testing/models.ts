/** Small models for tests. */

import type { Model } from "@tatami/graph";
import { collapse, createWideSesr, initialSesrWeights, sesrConfig } from "@tatami/graph";

/** A collapsed SESR-M3 with seeded weights: not trained, but every op is exercised. */
export function seededSesr(scale: 2 | 4 = 2, seed = 1): Model {
  const config = sesrConfig("m3", scale);
  return collapse(createWideSesr(config, initialSesrWeights(config, seed)));
}
