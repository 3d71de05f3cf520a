/** A recipe as a task of one player: a network that learns to enlarge crops. */

import type { FlatLayout, LossBuilder } from "@tatami/graph";
import { initialWeights, networkOf } from "@tatami/graph";
import type { Recipe } from "../campaign/recipe.ts";
import type { Dataset } from "../data/dataset.ts";
import type { Teaching } from "../distil/teaching.ts";
import { createCropFeed, joinFeeds } from "../feed/feed.ts";
import type { NetworkObjective, Tensors } from "../objective/super-resolution.ts";
import { createSuperResolution } from "../objective/super-resolution.ts";
import type { Task } from "./task.ts";
import { layOutSpecs } from "./task.ts";

/** The name of the only player. */
export const networkPlayer = "network";

/** What a recipe's network learns by. @param teaching what helps it learn; its weights are gone when those that run are folded */
export function networkObjective(recipe: Recipe, teaching?: Teaching): NetworkObjective {
  const { network, architecture, side, crop, loss, distil } = recipe;
  return createSuperResolution(networkOf(network), architecture, side, {
    crop,
    loss,
    ...(teaching?.lessons && { targets: { truth: distil!.truth, lesson: true } }),
    ...(teaching?.mipkd && { extension: teaching.mipkd.extension }),
  });
}

/** Where the weights that learn lie in their vector. */
export function networkLayout(recipe: Recipe): FlatLayout {
  return layOutSpecs(networkObjective(recipe).specs);
}

/** The weights that a recipe begins with where it begins with nothing: a wide random start, folded where that side learns. */
export function startOf(recipe: Recipe): Tensors {
  const { network, architecture, crop, seed } = recipe;
  const wide = createSuperResolution(networkOf(network), architecture, "wide", { crop });
  const weights = initialWeights(wide.specs, seed);
  return recipe.side === "wide" ? weights : wide.fold(weights);
}

/**
 * The task.
 *
 * @param initial weights of the side that learns; a random start from the recipe's seed when left out
 * @param sibling folded weights of the network that it has to mix with; none when left out
 * @param teaching what it learns from besides the data set; nothing when left out
 */
export function createNetworkTask(
  recipe: Recipe,
  dataset: Dataset,
  initial: Tensors = startOf(recipe),
  sibling?: Tensors,
  teaching?: Teaching,
): Task {
  const { name, batch, crop, candidates, seed, optimizer, amsgrad, clipNorm, averageDecay } = recipe;
  const objective = networkObjective(recipe, teaching);
  const crops = createCropFeed(dataset, crop, candidates, teaching?.lessons);
  return {
    name,
    batch,
    seed,
    feed: teaching && teaching.feeds.length > 0 ? joinFeeds(crops, ...teaching.feeds) : crops,
    players: [
      {
        name: networkPlayer,
        specs: objective.specs,
        initial: { ...initial, ...teaching?.mipkd?.initial },
        losses: lossesOf(objective, recipe, sibling),
        optimizer: { optimizer, amsgrad, clipNorm, averageDecay },
        schedule: recipe,
      },
    ],
  };
}

/** Those that are drawn from, as often as they stand here. */
function lossesOf(
  { build, extended, mixedWith }: NetworkObjective,
  { distil }: Recipe,
  sibling?: Tensors,
): readonly LossBuilder[] {
  const plain = Array.from({ length: (distil?.every ?? 1) - 1 }, () => build);
  const usual = extended.length === 0 ? [build] : extended.flatMap((variant) => [variant, ...plain]);
  if (!sibling) return usual;
  // of what lies between the two only that is good which is learned: trained halfway alone, three quarters were the worst
  const mixed = [0.25, 0.5, 0.75].flatMap((part) => usual.map(() => mixedWith(sibling, part)));
  return [...usual, ...usual, ...usual, ...mixed];
}
