/** Runs, weights as training leaves them, and checkpoints of them, which several tests of this package make. Not part of the build. */

import { createWasmProgramEngine } from "@tatami/runtime/programs";
import type { Recipe } from "../campaign/recipe.ts";
import { noise } from "../data/test-support.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import { averageOf } from "./checkpoint/checkpoint-content.ts";
import type { Checkpoint } from "./checkpoint/checkpoint-content.ts";
import { compileKernels } from "./kernels.ts";
import { networkPlayer, networkLayout, networkObjective, startOf } from "./network-task.ts";
import type { PlayerState, Run, RunState } from "./player-trainer.ts";
import { createRun } from "./player-trainer.ts";
import type { Task } from "./task.ts";
import { flatten } from "./task.ts";
import type { StartWeights } from "../shape/transfer-weights.ts";

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
  const players = { [networkPlayer]: { ...numbers, vectors: { weights, average: weights } } };
  return { recipe, state: { step: 7, random: [1, 2, 3, 4], players } };
}

/** What another network starts from, folded and, where that side learned, wide. */
export function startFrom(recipe: Recipe, average?: Tensors): StartWeights {
  return averageOf(checkpointOf(recipe, average));
}

/** A run of a task, for as long as it is used. */
export async function withRun(task: Task, threads: number, use: (run: Run) => Promise<void>): Promise<void> {
  await using engine = await createWasmProgramEngine({ threads });
  await using run = await createRun(task, engine, await compileKernels());
  await use(run);
}

/** A state with one player's weights changed. */
export function withWeights(
  state: RunState,
  name: string,
  change: (value: number, i: number) => number,
): RunState {
  const own: PlayerState = state.players[name]!;
  const vectors = { ...own.vectors, weights: own.vectors["weights"]!.map(change) };
  return { ...state, players: { ...state.players, [name]: { ...own, vectors } } };
}
