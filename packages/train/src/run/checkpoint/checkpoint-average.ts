/** The moving average that a checkpoint holds, as another network starts from it. */

import type { StartWeights } from "../../shape/transfer-weights.ts";
import type { Checkpoint } from "./checkpoint.ts";
import { NETWORK_PLAYER, networkLayout, networkObjective } from "../network-task.ts";
import { unflatten } from "../task.ts";

/** The average folded, and wide where that side learned. */
export function averageOf({ recipe, state }: Checkpoint): StartWeights {
  const { network, architecture, side } = recipe;
  const average = unflatten(networkLayout(recipe), state.players[NETWORK_PLAYER]!.vectors["average"]!);
  const weights = networkObjective(recipe).fold(average);
  return { network, architecture, weights, ...(side === "wide" && { wide: average }) };
}
