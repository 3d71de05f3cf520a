/** What a checkpoint holds, and its moving average as another network starts from it. Knows no files. */

import type { ModelParent } from "@tatami/graph";
import type { Recipe } from "../../campaign/recipe.ts";
import type { StartWeights } from "../../shape/transfer-weights.ts";
import { networkPlayer, networkLayout, networkObjective } from "../network-task.ts";
import { enlargerPlayer, foldRestorer } from "../../tddsr/networks.ts";
import type { RunState } from "../player-trainer.ts";
import { unflatten } from "../task.ts";

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly recipe: Recipe;
  /** What the run was made from. @defaultValue not known: checkpoints of before did not say */
  readonly lineage?: readonly ModelParent[];
  readonly state: RunState;
}

/** The average folded, and wide where that side learned. */
export function averageOf({ recipe, state }: Checkpoint): StartWeights {
  const { network, architecture, side } = recipe;
  const vector = state.players[networkPlayer]!.vectors["average"]!;
  const enlarger = state.players[enlargerPlayer]?.vectors["average"];
  if (network === "restorer")
    return { network, architecture, weights: foldRestorer(architecture, vector, enlarger) };
  const average = unflatten(networkLayout(recipe), vector);
  const weights = networkObjective(recipe).fold(average);
  return { network, architecture, weights, ...(side === "wide" && { wide: average }) };
}
