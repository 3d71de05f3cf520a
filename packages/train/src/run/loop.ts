/** The one loop of all training: steps, reports, states to step back to, and pauses in which the rest of the program runs. */

import { TatamiError } from "@tatami/core";
import type { MoveReport, Run, RunReport, RunState } from "./player-trainer.ts";

/** Means of one player since the last report. */
export interface PlayerProgress {
  readonly loss: number;
  readonly terms: Readonly<Record<string, number>>;
  /** The latest. */
  readonly rate: number;
  /** Before clipping. */
  readonly gradientNorm: number;
}

/** How far a run is. */
export interface LoopProgress {
  readonly step: number;
  readonly steps: number;
  readonly stepsPerSecond: number;
  /** Seconds to the last step at this speed. */
  readonly remaining: number;
  readonly players: Readonly<Record<string, PlayerProgress>>;
  /** Set when the run has just gone back to an earlier step. */
  readonly steppedBack?: true;
}

/** What a loop does beside stepping. */
export interface LoopOptions {
  readonly run: Run;
  readonly steps: number;
  /** Asked before each step. @defaultValue up to the last step */
  readonly goesOn?: () => boolean;
  /** Milliseconds after which a state is kept to step back to. @defaultValue 120000 */
  readonly keepEvery?: number;
  /**
   * Asked before the first step and at each report whether the run is still good, by other measures than its losses. Where it
   * is not, it goes back to where it last was. @defaultValue it always is
   */
  readonly check?: () => Promise<boolean>;
  /** Given each state that is kept on the way. */
  readonly onKeep?: (state: RunState) => Promise<void>;
  /** Steps between reports; the last step is reported too. */
  readonly reportEvery: number;
  readonly onReport: (progress: LoopProgress) => void | Promise<void>;
  /** Called at pauses, with what is known since the last report. */
  readonly onPause?: (progress: LoopProgress) => void;
  /** Milliseconds between pauses in which timers and signals are heard. @defaultValue 500 */
  readonly pauseEvery?: number;
}

/** Divergences in a row before a run is given up. */
const patience = 6;

/**
 * Steps until the last one, or until `goesOn` says no.
 *
 * @throws TatamiError `wrong-answer` when the run diverges again and again.
 */
export async function runLoop(options: LoopOptions): Promise<void> {
  const { run, steps, keepEvery = 120_000, pauseEvery = 500 } = options;
  await run.fetch?.();
  let good = run.save();
  let [keptAt, pausedAt] = [performance.now(), performance.now()];
  let divergences = 0;
  const meter = createMeter(steps);
  await options.check?.();
  const stepBack = async (report: RunReport): Promise<void> => {
    divergences++;
    if (divergences > patience) throw divergedError(report);
    run.stepBack(good, report);
    await options.onReport({ ...meter.read(good.step), steppedBack: true });
    meter.restart();
  };
  while (run.stepsDone() < steps && (options.goesOn?.() ?? true)) {
    const report = await run.step();
    meter.add(report);
    if (report.diverged) {
      await stepBack(report);
      continue;
    }
    const isReported = report.step % options.reportEvery === 0 || report.step === steps;
    if (isReported) await run.fetch?.();
    const isChecked = isReported && options.check !== undefined;
    if (isChecked && !(await options.check!())) {
      await stepBack(allDiverged(report));
      continue;
    }
    const isTime = performance.now() - keptAt > keepEvery;
    // where states are checked, one that nobody has checked is none to go back to
    if (isChecked || (isTime && !options.check)) {
      await run.fetch?.();
      good = run.save();
      divergences = 0;
    }
    if (isTime && (isChecked || !options.check)) {
      await options.onKeep?.(good);
      keptAt = performance.now();
    }
    if (isReported) {
      await options.onReport(meter.read(report.step));
      meter.restart();
    }
    if (performance.now() - pausedAt > pauseEvery) {
      if (meter.count() > 0) options.onPause?.(meter.read(report.step));
      await breathe();
      pausedAt = performance.now();
    }
  }
}

/** Losses that pull against one another say nothing of whose fault it is: all go on more slowly. */
function allDiverged(report: RunReport): RunReport {
  const players = Object.entries(report.players).map(([name, move]) => [name, { ...move, diverged: true }]);
  return { ...report, diverged: true, players: Object.fromEntries(players) };
}

/** Lets timers and signals in: a step itself never waits for anything. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}

/** Sums of one player since the last report. */
interface Sums {
  loss: number;
  norm: number;
  rate: number;
  moves: number;
  readonly terms: Record<string, number>;
}

/** Means since the last report. */
function createMeter(steps: number) {
  let players = new Map<string, Sums>();
  let count = 0;
  let since = performance.now();
  const addMove = (name: string, { loss, gradientNorm, rate, terms }: MoveReport): void => {
    const sums = players.get(name) ?? { loss: 0, norm: 0, rate: 0, moves: 0, terms: {} };
    players.set(name, sums);
    sums.loss += loss;
    sums.norm += gradientNorm;
    sums.rate = rate;
    sums.moves++;
    for (const [term, value] of Object.entries(terms)) sums.terms[term] = (sums.terms[term] ?? 0) + value;
  };
  return {
    add(report: RunReport): void {
      for (const [name, move] of Object.entries(report.players)) addMove(name, move);
      count++;
    },
    read(step: number): LoopProgress {
      const stepsPerSecond = count / ((performance.now() - since) / 1000);
      const means = [...players].map(([name, { loss, norm, rate, moves, terms }]) => [
        name,
        {
          loss: loss / moves,
          gradientNorm: norm / moves,
          rate,
          terms: Object.fromEntries(Object.entries(terms).map(([term, sum]) => [term, sum / moves])),
        },
      ]);
      const remaining = (steps - step) / stepsPerSecond;
      return { step, steps, stepsPerSecond, remaining, players: Object.fromEntries(means) };
    },
    count: () => count,
    restart(): void {
      players = new Map();
      [count, since] = [0, performance.now()];
    },
  };
}

function divergedError({ step, players }: RunReport): TatamiError<"wrong-answer"> {
  const [name, move] = Object.entries(players).find(([, { diverged }]) => diverged)!;
  return new TatamiError({
    code: "wrong-answer",
    message: `Training diverged ${patience + 1} times from the same state, last ${name} at step ${step} (loss ${move.loss}).`,
    fix: "Lower the recipe's rate or clipNorm.",
    detail: { step, player: name, loss: move.loss },
  });
}
