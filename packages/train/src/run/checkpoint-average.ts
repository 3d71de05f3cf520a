/** The moving average that a checkpoint holds, as another network starts from it. */

import type { Checkpoint } from "./trainer.ts";
import type { StartWeights } from "../shape/transfer-weights.ts";

/** Wide weights where they were trained wide, folded ones where SOAP trained those. */
export function averageOf({ recipe, state }: Checkpoint): StartWeights {
  const { architecture, optimizer } = recipe;
  return optimizer === "soap"
    ? { architecture, folded: state.average }
    : { architecture, weights: state.average };
}
