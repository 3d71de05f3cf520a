/** Networks that have been trained, as others start from them. */

import { TatamiError } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { foldedOf } from "./graph-model.ts";
import type { StartWeights } from "./transfer-weights.ts";

/** A network that has been trained. */
export interface Trained {
  readonly model: Model;
  /** Steps it was trained for, where that is known. */
  readonly steps: number | undefined;
  /** What another network can start from. @throws TatamiError `invalid-model` for a model that is no SESR. */
  startWeights(): StartWeights;
}

/** A model that is loaded already. */
export function trainedModel(model: Model, steps: number | undefined): Trained {
  return {
    model,
    steps,
    startWeights() {
      const found = foldedOf(model);
      if (found) return found;
      throw new TatamiError({
        code: "invalid-model",
        message: `${model.name} is no collapsed SESR network; there is nothing in it to start from.`,
        fix: "Start from a checkpoint, from a model that tatami export wrote, or from a shipped one.",
        detail: { model: model.name },
      });
    },
  };
}
