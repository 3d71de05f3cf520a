/** The loop of a fine-tuning run: as many steps as its minutes hold, and back again when it diverges. */

import { TatamiError, throwIfAborted } from "@tatami/core";
import type { TrainerState } from "../run/trainer.ts";
import type { FineTuneRun } from "./fine-tune-frames.ts";

/** How far a run is. */
export interface FineTuneProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss since the last report. */
  readonly loss: number;
  readonly stepsPerSecond: number;
}

/** What the loop needs. */
export interface FineTuning {
  /** Begins a run of so many steps. */
  begin(steps: number): Promise<FineTuneRun>;
  /** How many; else as many as fit into `minutes`. */
  readonly steps: number | undefined;
  readonly minutes: number;
  /** How good folded weights are. */
  scoreOf(folded: Float32Array): number;
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
  readonly folded: Float32Array;
  /** What a checkpoint holds. */
  readonly state: TrainerState;
}

/** Steps that tell how fast a machine is. */
const PROBE_STEPS = 12;
/** Milliseconds between pauses in which timers and signals are heard. */
const PAUSE_EVERY = 100;
/** Divergences before a run is given up. */
const PATIENCE = 3;

/** Runs to the last step. @throws TatamiError `wrong-answer` when the run diverges again and again. */
export async function runFineTuning(tuning: FineTuning): Promise<Tuned> {
  const { onProgress, onScore, enough, signal } = tuning;
  const steps = tuning.steps ?? (await stepsThatFit(tuning));
  await using run = await tuning.begin(steps);
  const { trainer } = run;
  const before = tuning.scoreOf(trainer.foldAverage());
  onScore?.(0, before);
  const scoreEvery = Math.ceil(steps / (tuning.scores + 1));
  const good = trainer.save();
  let divergences = 0;
  let [losses, count, since] = [0, 0, performance.now()];
  let pausedAt = since;
  const goesOn = (): boolean => trainer.stepsDone() < steps && enough?.aborted !== true;
  while (goesOn()) {
    throwIfAborted(signal);
    const { step, loss, diverged } = trainer.step();
    losses += loss;
    count += 1;
    if (diverged) {
      divergences += 1;
      if (divergences > PATIENCE) throw divergedError(step, loss);
      trainer.stepBack(good);
    }
    if (step % tuning.reportEvery === 0 || step === steps) {
      const stepsPerSecond = (count / (performance.now() - since)) * 1000;
      onProgress?.({ step, steps, loss: losses / count, stepsPerSecond });
      [losses, count, since] = [0, 0, performance.now()];
    }
    if (step % scoreEvery === 0 && step < steps) onScore?.(step, tuning.scoreOf(trainer.foldAverage()));
    if (performance.now() - pausedAt > PAUSE_EVERY) {
      await breathe();
      pausedAt = performance.now();
    }
  }
  throwIfAborted(signal);
  const folded = trainer.foldAverage().slice();
  const after = tuning.scoreOf(folded);
  onScore?.(trainer.stepsDone(), after);
  return { before, after, folded, state: trainer.save() };
}

async function stepsThatFit({ begin, minutes, signal }: FineTuning): Promise<number> {
  await using run = await begin(PROBE_STEPS);
  // the first step compiles and fills caches
  run.trainer.step();
  const started = performance.now();
  for (let step = 1; step < PROBE_STEPS; step++) {
    throwIfAborted(signal);
    run.trainer.step();
    await breathe();
  }
  const each = (performance.now() - started) / (PROBE_STEPS - 1);
  return Math.max(1, Math.floor((minutes * 60_000) / each));
}

/** Lets timers and signals in. */
function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

function divergedError(step: number, loss: number): TatamiError<"wrong-answer"> {
  return new TatamiError({
    code: "wrong-answer",
    message: `Fine-tuning diverged ${PATIENCE + 1} times, last at step ${step} (loss ${loss}).`,
    fix: "Lower the rate.",
    detail: { step, loss },
  });
}
