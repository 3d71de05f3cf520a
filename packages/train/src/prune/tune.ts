/** A net that has lost channels learns for a while what it can do without them. */

import { throwIfAborted } from "@tatami/core";
import type { ProgramEngine } from "@tatami/graph";
import type { Recipe } from "../campaign/recipe.ts";
import { createRecipe } from "../campaign/recipe.ts";
import type { Dataset } from "../data/dataset.ts";
import type { CompiledKernels } from "../run/kernels.ts";
import { runLoop } from "../run/loop.ts";
import type { LoopProgress } from "../run/loop.ts";
import { createNetworkTask, networkPlayer } from "../run/network-task.ts";
import { createRun } from "../run/player-trainer.ts";
import { architectureOf } from "./cuts/net.ts";
import type { PrunedNet } from "./cuts/net.ts";

/**
 * Tunes a net and returns its moving average.
 *
 * @param behind steps that it was tuned for before: each tuning sees other crops
 * @param lost decibels to the unpruned net
 */
export type Tune = (net: PrunedNet, steps: number, behind: number, lost: number) => Promise<PrunedNet>;

/**
 * Decibels lost from which on a tuning has its recipe's highest rate. A net that has lost less has less to learn and more to
 * lose: at the rate that wins back most of a deep cut, one that lost 0.04 dB loses more by being tuned (BENCH.md, Pruning).
 */
const muchLost = 0.2;
/** The lowest part of that rate. */
const lowestRate = 0.1;

/** What short tunings need. */
export interface TuneOptions {
  /** Of the network that is pruned: its pictures, crops and rate are kept. */
  readonly recipe: Recipe;
  readonly dataset: Dataset;
  readonly compiled: CompiledKernels;
  readonly engine: ProgramEngine;
  readonly onStep?: (progress: LoopProgress) => void;
  readonly signal?: AbortSignal | undefined;
}

/** What a tuning is of. */
interface Tuning {
  readonly net: PrunedNet;
  readonly name: string;
  readonly steps: number;
  /** Decibels to the unpruned net. */
  readonly lost: number;
}

/** The recipe of a pruned net's tuning: the parent's, folded, of the net's own widths. */
export function tuningRecipe(recipe: Recipe, { net, name, steps, lost }: Tuning): Recipe {
  const { mixesWith: _mixesWith, from: _from, ...kept } = recipe;
  return createRecipe({
    ...kept,
    name,
    rate: recipe.rate * Math.min(1, Math.max(lowestRate, lost / muchLost)),
    network: "sesr",
    architecture: architectureOf(net),
    optimizer: "soap",
    side: "folded",
    steps,
    warmUp: Math.min(100, Math.ceil(steps / 5)),
    hold: 0.6,
    // a short run's average must leave its start behind
    averageDecay: Math.max(0, Math.min(0.999, 1 - 10 / steps)),
  });
}

/** Short tunings, of which nothing is written. @throws TatamiError `wrong-answer` when one diverges again and again. */
export function createTuner({ recipe, dataset, compiled, engine, onStep, signal }: TuneOptions): Tune {
  return async (net, steps, behind, lost) => {
    const seed = (recipe.seed + 1 + behind) % 2 ** 32;
    const own = tuningRecipe({ ...recipe, seed }, { net, name: "tuning", steps, lost });
    await using run = await createRun(createNetworkTask(own, dataset, net.weights), engine, compiled);
    await runLoop({
      run,
      steps,
      goesOn: () => signal?.aborted !== true,
      reportEvery: steps,
      onReport: () => {},
      ...(onStep && { onPause: onStep }),
    });
    throwIfAborted(signal);
    return { ...net, weights: run.averageOf(networkPlayer) };
  };
}
