/** A fine-tuning run: as many steps as its minutes hold, scored on the way. */

import { throwIfAborted } from "@tatami/core";
import type { Tensors } from "../objective/super-resolution.ts";
import { breathe, runLoop } from "../run/loop.ts";
import { networkPlayer } from "../run/network-task.ts";
import type { Run, RunState } from "../run/player-trainer.ts";

/** How far a run is. */
export interface FineTuneProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss since the last report. */
  readonly loss: number;
  readonly stepsPerSecond: number;
}

/** What the run needs. */
export interface FineTuning {
  /** Begins a run of so many steps. */
  begin(steps: number): Promise<Run>;
  /** The weights that run, from those that learn. */
  fold(weights: Tensors): Tensors;
  /** How many; else as many as fit into `minutes`. */
  readonly steps: number | undefined;
  readonly minutes: number;
  /** How good folded weights are. */
  scoreOf(folded: Tensors): number;
  /** Steps between reports. */
  readonly reportEvery: number;
  readonly onProgress: ((progress: FineTuneProgress) => void) | undefined;
  /** How often the network is scored on the way, evenly spread. */
  readonly scores: number;
  /** Told each score, the first before the first step. */
  readonly onScore: ((step: number, score: number) => void) | undefined;
  /** Ends the run as if its last step were done. */
  readonly enough: AbortSignal | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The folded weights of a run's end, and their score beside the start's. */
export interface Tuned {
  readonly before: number;
  readonly after: number;
  readonly folded: Tensors;
  /** What a checkpoint holds. */
  readonly state: RunState;
}

/** Steps that tell how fast a machine is. */
const probeSteps = 12;
/** Milliseconds between pauses in which timers and signals are heard. */
const msBetweenPauses = 100;

/** Runs to the last step. @throws TatamiError `wrong-answer` when the run diverges again and again. */
export async function runFineTuning(tuning: FineTuning): Promise<Tuned> {
  const { onProgress, onScore, enough, signal, reportEvery } = tuning;
  const steps = tuning.steps ?? (await stepsThatFit(tuning));
  await using run = await tuning.begin(steps);
  const fold = (): Tensors => tuning.fold(run.averageOf(networkPlayer));
  const before = tuning.scoreOf(fold());
  onScore?.(0, before);
  const scoreEvery = Math.ceil(steps / (tuning.scores + 1));
  await runLoop({
    run,
    steps,
    reportEvery,
    pauseEvery: msBetweenPauses,
    goesOn() {
      throwIfAborted(signal);
      const step = run.stepsDone();
      if (step > 0 && step % scoreEvery === 0) onScore?.(step, tuning.scoreOf(fold()));
      return enough?.aborted !== true;
    },
    onReport({ step, stepsPerSecond, players }) {
      const { loss } = players[networkPlayer]!;
      onProgress?.({ step, steps, loss, stepsPerSecond });
    },
  });
  throwIfAborted(signal);
  const folded = fold();
  const after = tuning.scoreOf(folded);
  onScore?.(run.stepsDone(), after);
  return { before, after, folded, state: run.save() };
}

/** Steps that fit into the minutes on this machine, by a few that are thrown away; one at least. */
export async function stepsThatFit({
  begin,
  minutes,
  signal,
}: Pick<FineTuning, "begin" | "minutes" | "signal">): Promise<number> {
  await using run = await begin(probeSteps);
  // the first step compiles and fills caches
  await run.step();
  const started = performance.now();
  for (let step = 1; step < probeSteps; step++) {
    throwIfAborted(signal);
    await run.step();
    await breathe();
  }
  const each = (performance.now() - started) / (probeSteps - 1);
  return Math.max(1, Math.floor((minutes * 60_000) / each));
}
