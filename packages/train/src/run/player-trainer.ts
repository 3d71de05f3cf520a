/** One training run's state, moved step by step. */

import { createRandom, forkRandom, restoreRandom } from "@tatami/core";
import type { Random } from "@tatami/core";
import type { LossBuilder, ProgramEngine, StepRunner } from "@tatami/graph";
import type { Judge, Judgement } from "./judge.ts";
import { createJudge } from "./judge.ts";
import type { CompiledKernels } from "./kernels.ts";
import { createKernels } from "./kernels.ts";
import type { Tensors } from "../objective/super-resolution.ts";
import type { FlatOptimizer, Vectors } from "../optimizer/flat-optimizer.ts";
import { createFlatOptimizer } from "../optimizer/flat-optimizer.ts";
import { rateAt } from "./schedule.ts";
import type { Player, Task } from "./task.ts";
import { flatten, layOutSpecs, unflatten } from "./task.ts";

/** Everything that a player needs to go on exactly as if it had never stopped. */
export interface PlayerState extends Judgement {
  readonly vectors: Vectors;
  /** Times it has moved. */
  readonly moves: number;
}

/** The same of a run. */
export interface RunState {
  /** Steps done. */
  readonly step: number;
  readonly random: readonly number[];
  readonly players: Readonly<Record<string, PlayerState>>;
}

/** What one player's move saw. */
export interface MoveReport {
  readonly loss: number;
  /** Other numbers that its loss names. */
  readonly terms: Readonly<Record<string, number>>;
  readonly rate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
  /** Whether the loss has run away or is no number: restore an earlier state. */
  readonly diverged: boolean;
}

/** What one step saw: the moves of those players whose turn it was. */
export interface RunReport {
  /** Steps done, this one included. */
  readonly step: number;
  readonly players: Readonly<Record<string, MoveReport>>;
  readonly diverged: boolean;
}

/** A run in progress. Dispose of it. */
export interface Run extends AsyncDisposable {
  stepsDone(): number;
  step(): Promise<RunReport>;
  /** Brings the state here where it lies on a device; to be awaited before saving and before averages are looked at. */
  fetch?(): Promise<void>;
  save(): RunState;
  restore(state: RunState): void;
  /** After a divergence: the saved state, with half the rate for those who diverged, and examples not seen before. */
  stepBack(state: RunState, report: RunReport): void;
  /** A player's moving average: what is scored and shipped. */
  averageOf(player: string): Tensors;
}

/** A player at work. */
interface Seat {
  readonly player: Player;
  readonly optimizer: FlatOptimizer;
  readonly layout: ReturnType<typeof layOutSpecs>;
  readonly runners: readonly StepRunner[];
  /** What each of its losses is given of others' weights. */
  readonly fixed: readonly Float32Array[];
  readonly judge: Judge;
  moves: number;
}

/** A run at its first step. @throws TatamiError `invalid-model` for a loss that the engine cannot run. */
export async function createRun(task: Task, engine: ProgramEngine, compiled: CompiledKernels): Promise<Run> {
  const seats: Seat[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(
      seats.flatMap(({ runners }) => [...new Set(runners)].map((each) => each[Symbol.asyncDispose]())),
    );
  };
  try {
    for (const player of task.players) seats.push(await seat(task, player, engine, compiled));
  } catch (error) {
    await dispose();
    throw error;
  }
  let random: Random = createRandom(task.seed + 1);
  let step = 0;

  const restore = (state: RunState): void => {
    step = state.step;
    random = restoreRandom(state.random);
    for (const each of seats) {
      const own = state.players[each.player.name]!;
      each.optimizer.restore(own.vectors);
      each.judge.restore(own);
      each.moves = own.moves;
    }
  };
  return {
    stepsDone: () => step,
    async step() {
      const players: Record<string, MoveReport> = {};
      for (const each of seats) {
        const { name, every = 1, from = 0 } = each.player;
        if (each.runners.length > 0 && step >= from && step % every === 0)
          players[name] = await move(each, seats, task, random, step);
      }
      step++;
      return { step, players, diverged: Object.values(players).some(({ diverged }) => diverged) };
    },
    save: () => ({
      step,
      random: random.state(),
      players: Object.fromEntries(
        seats.map(({ player, optimizer, moves, judge }) => [
          player.name,
          { vectors: optimizer.save(), moves, ...judge.save() },
        ]),
      ),
    }),
    restore,
    stepBack(state, report) {
      const later = random;
      const factors = seats.map(({ player, judge }) =>
        report.players[player.name]?.diverged ? judge.rateFactor() / 2 : judge.rateFactor(),
      );
      restore(state);
      random = later;
      seats.forEach(({ judge }, at) => judge.restore({ ...judge.save(), rateFactor: factors[at]! }));
    },
    averageOf(name) {
      const { layout, optimizer } = seats.find(({ player }) => player.name === name)!;
      return unflatten(layout, optimizer.average());
    },
    [Symbol.asyncDispose]: dispose,
  };
}

async function seat(
  task: Task,
  player: Player,
  engine: ProgramEngine,
  compiled: CompiledKernels,
): Promise<Seat> {
  const layout = layOutSpecs(player.specs);
  const initial = flatten(layout, player.initial);
  // one that is drawn more often than others is prepared once
  const prepared = new Map<LossBuilder, StepRunner>();
  for (const loss of new Set(player.losses))
    prepared.set(loss, await engine.prepare(`${task.name} ${player.name}`, loss, task.batch));
  const runners = player.losses.map((loss) => prepared.get(loss)!);
  return {
    player,
    layout,
    runners,
    optimizer: createFlatOptimizer(createKernels(compiled), layout, initial, player.optimizer),
    fixed: runners.map((runner) => new Float32Array(runner.fixed.count)),
    judge: createJudge(player.runaway),
    moves: 0,
  };
}

async function move(
  mine: Seat,
  seats: readonly Seat[],
  { feed }: Task,
  random: Random,
  step: number,
): Promise<MoveReport> {
  const { player, optimizer, runners } = mine;
  // from a stream of its own: examples are the same however many variants there are
  const variant = runners.length === 1 ? 0 : forkRandom(random, `variant ${step}`).integer(runners.length);
  const runner = runners[variant]!;
  const fixed = mine.fixed[variant]!;
  await feed.fill(random, runner.examples);
  gatherFixed(runner, seats, fixed);
  const { loss, terms } = await runner.run(optimizer.weights(), fixed, optimizer.gradient);
  const rate = mine.judge.rateFactor() * rateAt(player.schedule, step);
  const gradientNorm = optimizer.step(mine.moves, rate);
  mine.moves++;
  const diverged = mine.judge.diverged(loss, gradientNorm, mine.moves);
  return { loss, terms, rate, gradientNorm, diverged };
}

/** Others' present weights, where a loss looks at them. */
function gatherFixed(runner: StepRunner, seats: readonly Seat[], target: Float32Array): void {
  for (const { name, start, count } of runner.fixed.spans) {
    for (const { layout, optimizer } of seats) {
      const span = layout.spans.find((each) => each.name === name);
      if (span) target.set(optimizer.weights().subarray(span.start, span.start + count), start);
    }
  }
}
