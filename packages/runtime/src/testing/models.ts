/** Small models for tests: the shape of the shipped ones, with weights drawn from a seed. */

import type { Model, SesrSize } from "@tatami/graph";
import { collapse, createWideSesr, initialSesrWeights, sesrConfig } from "@tatami/graph";

/** A collapsed SESR network with seeded weights: not trained, but every op is exercised. */
export function seededSesr(size: SesrSize = "m3", scale: 2 | 4 = 2, seed = 1): Model {
  const config = sesrConfig(size, scale);
  return collapse(createWideSesr(config, initialSesrWeights(config, seed)));
}
