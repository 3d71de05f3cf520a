/** Which networks a run was made from, and all the steps behind it. */

import type { ModelParent } from "@tatami/graph";
import type { Trained } from "../shape/trained-model.ts";

/** How long something was trained. */
export interface TrainedFor {
  readonly steps: number;
  /** Crops seen in those steps. */
  readonly samples: number;
}

/** A trained network as a parent: all that is known of how long it was trained. */
export function parentOf(
  { model, steps = 0, samples = 0, sha256, pruning }: Trained,
  role: ModelParent["role"],
): ModelParent {
  return {
    name: model.name,
    role,
    ...(sha256 !== undefined && { sha256 }),
    steps,
    samples,
    ...(role === "from" && pruning && { pruning }),
  };
}

/** All that is behind a run: what it did itself, and what is behind the network that it began with. */
export function sumLineage(own: TrainedFor, lineage: readonly ModelParent[]): TrainedFor {
  const started = lineage.filter(({ role }) => role === "from");
  return {
    steps: started.reduce((sum, { steps, tuning }) => sum + steps + (tuning?.steps ?? 0), own.steps),
    samples: started.reduce(
      (sum, { samples, tuning }) => sum + samples + (tuning?.samples ?? 0),
      own.samples,
    ),
  };
}
