/** A recipe as a task of one player: a network that learns to enlarge crops. */

import type { FlatLayout } from "@tatami/graph";
import { initialWeights, networkOf } from "@tatami/graph";
import type { Recipe } from "../campaign/recipe.ts";
import type { Dataset } from "../data/dataset.ts";
import { createCropFeed } from "../feed/feed.ts";
import type { NetworkObjective, Tensors } from "../objective/super-resolution.ts";
import { createSuperResolution } from "../objective/super-resolution.ts";
import type { Task } from "./task.ts";
import { layOutSpecs } from "./task.ts";

/** The name of the only player. */
export const NETWORK_PLAYER = "network";

/** What a recipe's network learns by. */
export function networkObjective({ network, architecture, side, crop }: Recipe): NetworkObjective {
  return createSuperResolution(networkOf(network), architecture, side, crop);
}

/** Where the weights that learn lie in their vector. */
export function networkLayout(recipe: Recipe): FlatLayout {
  return layOutSpecs(networkObjective(recipe).specs);
}

/** The weights that a recipe begins with where it begins with nothing: a wide random start, folded where that side learns. */
export function startOf(recipe: Recipe): Tensors {
  const { network, architecture, crop, seed } = recipe;
  const wide = createSuperResolution(networkOf(network), architecture, "wide", crop);
  const weights = initialWeights(wide.specs, seed);
  return recipe.side === "wide" ? weights : wide.fold(weights);
}

/**
 * The task.
 *
 * @param initial weights of the side that learns; a random start from the recipe's seed when left out
 * @param sibling folded weights of the network that it has to mix with; none when left out
 */
export function createNetworkTask(
  recipe: Recipe,
  dataset: Dataset,
  initial: Tensors = startOf(recipe),
  sibling?: Tensors,
): Task {
  const { name, batch, crop, candidates, seed, optimizer, amsgrad, clipNorm, averageDecay } = recipe;
  const { specs, build, halfwayTo } = networkObjective(recipe);
  return {
    name,
    batch,
    seed,
    feed: createCropFeed(dataset, crop, candidates),
    players: [
      {
        name: NETWORK_PLAYER,
        specs,
        initial,
        // every third step makes sure that what lies halfway to the sibling is a good network, too
        losses: sibling ? [build, build, halfwayTo(sibling)] : [build],
        optimizer: { optimizer, amsgrad, clipNorm, averageDecay },
        schedule: recipe,
      },
    ],
  };
}
