/** Networks that have been trained, as others start from them. */

import { TatamiError } from "@tatami/core";
import type { Model, ModelCard, PruningNote } from "@tatami/graph";
import { readSesr } from "./network-model.ts";
import { readMamba } from "./read-mamba.ts";
import type { StartWeights } from "./transfer-weights.ts";

/** A network that has been trained. */
export interface Trained {
  readonly model: Model;
  /** All training steps behind its weights, where that is known. */
  readonly steps?: number;
  /** Crops seen in those steps, where that is known. */
  readonly samples?: number;
  /** Of its ONNX file, where it has one. */
  readonly sha256?: string;
  /** How channels were taken out of it, where they were. */
  readonly pruning?: PruningNote;
  /** What another network can start from. @throws TatamiError `invalid-model` for a model that is neither a SESR nor a Mamba network. */
  startWeights(): StartWeights;
}

/** What a card or a file's notes tell of how a model was made. */
export type MadeHow = Partial<Pick<ModelCard, "steps" | "batch" | "totalSteps" | "samples" | "sha256">>;

/** A model that is loaded already. @param how as its card says; a card itself is taken too */
export function trainedModel(model: Model, how: MadeHow = {}): Trained {
  const { steps, batch, sha256 } = how;
  const all = how.totalSteps ?? steps;
  const samples = how.samples ?? (steps !== undefined && batch !== undefined ? steps * batch : undefined);
  return {
    model,
    ...(all !== undefined && { steps: all }),
    ...(samples !== undefined && { samples }),
    ...(sha256 !== undefined && { sha256 }),
    startWeights() {
      const found = readSesr(model) ?? readMamba(model);
      if (found) return found;
      throw new TatamiError({
        code: "invalid-model",
        message: `${model.name} is neither a collapsed SESR nor a Mamba network; there is nothing in it to start from.`,
        fix: "Start from a checkpoint, from a model that tatami export wrote, or from a shipped one.",
        detail: { model: model.name },
      });
    },
  };
}
