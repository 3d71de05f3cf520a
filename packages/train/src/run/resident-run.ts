/** A run of one player whose weights and moments stay on a device: whole steps of Adam, with a copy of the state here. */

import { createRandom, restoreRandom } from "@tatami/core";
import type { Random } from "@tatami/core";
import type { FlatLayout, ProgramEngine, ResidentRunner, TrainingStepOptions } from "@tatami/graph";
import { stepNumbers } from "@tatami/graph";
import type { Vectors } from "../optimizer/flat-optimizer.ts";
import { createJudge } from "./judge.ts";
import type { Run, RunState } from "./player-trainer.ts";
import { rateAt } from "./schedule.ts";
import type { Player, Task } from "./task.ts";
import { flatten, layOutSpecs, unflatten } from "./task.ts";

/** What a vector of a checkpoint is called among a step's state: `w/first` for a weight `w`. */
const endings = { weights: "", average: "/average", first: "/first", second: "/second", largest: "/largest" };

/** Whether a task can run so on an engine: one player, one loss, Adam, and an engine that has resident steps. */
export function canStayResident(task: Task, engine: ProgramEngine): boolean {
  const [player, ...others] = task.players;
  return (
    engine.prepareStep !== undefined &&
    others.length === 0 &&
    player!.losses.length === 1 &&
    player!.optimizer.optimizer === "adam" &&
    (player!.every ?? 1) === 1
  );
}

/** The run at its first step. `fetch` brings the state here; saving and the average give what was fetched last. */
export async function createResidentRun(task: Task, engine: ProgramEngine): Promise<Run> {
  const player = task.players[0]!;
  const layout = layOutSpecs(player.specs);
  const { clipNorm, averageDecay, amsgrad } = player.optimizer;
  const options: TrainingStepOptions = { clipNorm, averageDecay, amsgrad };
  const runner = await engine.prepareStep!(task.name, player.losses[0]!, task.batch, options);
  const judge = createJudge(player.runaway);
  let random: Random = createRandom(task.seed + 1);
  let [step, moves] = [0, 0];
  let vectors = beginningOf(player, layout);
  // what is here and not there yet
  let waiting: Vectors | undefined = vectors;

  const restore = (state: RunState): void => {
    const own = state.players[player.name]!;
    step = state.step;
    moves = own.moves;
    random = restoreRandom(state.random);
    vectors = own.vectors;
    waiting = vectors;
    judge.restore(own);
  };
  return {
    stepsDone: () => step,
    async step() {
      if (waiting) await load(runner, layout, waiting);
      waiting = undefined;
      await task.feed.fill(random, runner.examples);
      const rate = judge.rateFactor() * rateAt(player.schedule, step);
      const { loss, terms, gradientNorm } = await runner.step(stepNumbers(moves, rate, options));
      step++;
      moves++;
      const diverged = judge.diverged(loss, gradientNorm, moves);
      return { step, players: { [player.name]: { loss, terms, rate, gradientNorm, diverged } }, diverged };
    },
    async fetch() {
      if (!waiting) vectors = joinState(layout, await runner.save());
    },
    save: () => ({
      step,
      random: random.state(),
      players: { [player.name]: { vectors, moves, ...judge.save() } },
    }),
    restore,
    stepBack(state) {
      const later = random;
      const factor = judge.rateFactor() / 2;
      restore(state);
      random = later;
      judge.restore({ ...judge.save(), rateFactor: factor });
    },
    averageOf: () => unflatten(layout, vectors["average"]!),
    [Symbol.asyncDispose]: () => runner[Symbol.asyncDispose](),
  };
}

/** Weights, their average beside them, and moments at zero. */
function beginningOf(player: Player, layout: FlatLayout): Vectors {
  const weights = flatten(layout, player.initial);
  const zeros = (): Float32Array => new Float32Array(layout.count);
  return {
    weights,
    average: weights.slice(),
    first: zeros(),
    second: zeros(),
    ...(player.optimizer.amsgrad && { largest: zeros() }),
  };
}

function load(runner: ResidentRunner, layout: FlatLayout, vectors: Vectors): Promise<void> {
  const state: Record<string, Float32Array> = {};
  for (const [vector, ending] of Object.entries(endings)) {
    const values = vectors[vector];
    if (!values) continue;
    for (const { name, start, count } of layout.spans)
      state[`${name}${ending}`] = values.slice(start, start + count);
  }
  return runner.load(state);
}

function joinState(layout: FlatLayout, state: Readonly<Record<string, Float32Array>>): Vectors {
  const vectors: Record<string, Float32Array> = {};
  for (const [vector, ending] of Object.entries(endings)) {
    if (!state[`${layout.spans[0]!.name}${ending}`]) continue;
    const joined = new Float32Array(layout.count);
    for (const { name, start } of layout.spans) joined.set(state[`${name}${ending}`]!, start);
    vectors[vector] = joined;
  }
  return vectors;
}
