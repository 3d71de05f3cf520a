/** Weights as training leaves them, and checkpoints of them, which several tests of this package make. Not part of the build. */

import type { Recipe } from "../campaign/recipe.ts";
import { noise } from "../data/test-support.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { averageOf } from "../run/checkpoint-average.ts";
import type { Checkpoint } from "../run/checkpoint.ts";
import { NETWORK_PLAYER, networkLayout, networkObjective, startOf } from "../run/network-task.ts";
import { flatten } from "../run/task.ts";
import type { StartWeights } from "./transfer-weights.ts";

/** The weights that learn, none of them zero, biases and slopes neither. */
export function trainedWeights(recipe: Recipe, seed = 3, change = 0.02): Tensors {
  const start = startOf({ ...recipe, seed });
  return Object.fromEntries(
    networkObjective(recipe).specs.map(({ name }, at) => {
      const { shape, data } = start[name]!;
      const added = noise(data.length, 100 * seed + at);
      return [name, { shape, data: data.map((value, i) => value + change * added[i]!) }];
    }),
  );
}

/** A checkpoint after seven steps. What only a resumed run looks at is left out. */
export function checkpointOf(recipe: Recipe, average: Tensors = trainedWeights(recipe)): Checkpoint {
  const weights = flatten(networkLayout(recipe), average);
  const numbers = { moves: 7, smoothedLoss: 0.1, lowestLoss: 0.1, rateFactor: 1 };
  const players = { [NETWORK_PLAYER]: { ...numbers, vectors: { weights, average: weights } } };
  return { recipe, state: { step: 7, random: [1, 2, 3, 4], players } };
}

/** What another network starts from, folded and, where that side learned, wide. */
export function startFrom(recipe: Recipe, average?: Tensors): StartWeights {
  return averageOf(checkpointOf(recipe, average));
}
