/** A training run as it happens: a bar on a terminal, a line a report elsewhere. */

import type { EntryListeners, LessonPlan, TrainProgress } from "@tatami/train";
import { formatClock, formatDuration, formatRate } from "../display/format.ts";
import { createProgressDisplay } from "../display/progress-bar.ts";
import type { ProgressLine } from "../display/progress-line.ts";
import type { Shell } from "../shell.ts";

/** Something that shows a run until it is disposed of. */
export interface TrainingDisplay extends Disposable {
  /** What is done before the first step. */
  read(progress: ProgressLine): void;
  /** Something that takes a while begins: says how long. */
  plan(text: string): void;
  /** All is read: says what is worth saying, a line each. */
  begin(remarks: readonly string[]): void;
  /** The latest speed and loss. */
  step(progress: TrainProgress): void;
  /** A report, which may have a PSNR. */
  report(progress: TrainProgress): void;
}

/** Shows one run on stderr. Dispose of it before writing anything else there. */
export function createTrainingDisplay(shell: Shell, label: string, isQuiet: boolean): TrainingDisplay {
  const isLog = !isQuiet && shell.stderr.isTTY !== true;
  // reading takes minutes: a log has a line of it now and then, of training one a report
  let bar = createProgressDisplay(shell, label, isQuiet);
  let psnr: number | undefined;
  const show = (progress: TrainProgress): void =>
    bar.show({ done: progress.step, total: progress.steps, line: trainingLine(progress, psnr) });
  return {
    read: (progress) => bar.show(progress),
    plan(text) {
      bar[Symbol.dispose]();
      if (!isQuiet) shell.stderr.write(`${label}  ${text}\n`);
      bar = createProgressDisplay(shell, label, isQuiet);
    },
    begin(remarks) {
      bar[Symbol.dispose]();
      if (!isQuiet) for (const remark of remarks) shell.stderr.write(`${label}  ${remark}\n`);
      bar = createProgressDisplay(shell, label, isQuiet || isLog);
    },
    step: show,
    report(progress) {
      psnr = progress.psnr ?? psnr;
      show(progress);
      if (isLog) shell.stderr.write(`${label}  ${trainingLine(progress, progress.psnr)}\n`);
    },
    [Symbol.dispose]: () => bar[Symbol.dispose](),
  };
}

/** What a run tells, shown. */
export function listenTo(display: TrainingDisplay): Required<EntryListeners> {
  return {
    onPicture: (done, total) => display.read({ done, total, line: `reading pictures ${done}/${total}` }),
    onPlan: (plan) => display.plan(lessonLine(plan)),
    onLesson: (done, total) => display.read({ done, total, line: `the teacher enlarges ${done}/${total}` }),
    onReady: (remarks) => display.begin(remarks),
    onStep: (progress) => display.step(progress),
    onProgress: (progress) => display.report(progress),
  };
}

/** `the teacher enlarges 1160 pictures in 8 turns on 2 threads of onnxruntime-node 1.30.0: about 45 min` */
function lessonLine({ pictures, turns, kept, threads, runtime, seconds }: LessonPlan): string {
  const had = kept > 0 ? ` (${kept} were there)` : "";
  const where = `on ${threads} thread${threads === 1 ? "" : "s"} of ${runtime}`;
  const turned = turns === 1 ? "" : ` in ${turns} turns`;
  return `the teacher enlarges ${pictures} pictures${had}${turned} ${where}: about ${formatDuration(seconds)}; what is done is kept`;
}

/** What a line of progress tells of. */
export type TrainingMoment = Pick<
  TrainProgress,
  "step" | "steps" | "loss" | "stepsPerSecond" | "remaining" | "steppedBack"
> &
  Partial<Pick<TrainProgress, "players" | "distance">>;

/**
 * `step 250/30000  loss 0.01234  35.04 dB  8.1 steps/s  ETA 1:02:00`; where several players move, each one's loss by its
 * name: `network 0.01234  critic 0.69315`.
 */
export function trainingLine(progress: TrainingMoment, psnr: number | undefined): string {
  const { step, steps, loss, stepsPerSecond, remaining, steppedBack, players = {}, distance } = progress;
  const parts = [`step ${step}/${steps}`];
  const named = Object.entries(players).map(([name, player]) => [name, player.loss] as const);
  const losses = named.length > 1 ? named : [["loss", loss] as const];
  for (const [name, value] of losses) if (Number.isFinite(value)) parts.push(`${name} ${value.toFixed(5)}`);
  if (psnr !== undefined) parts.push(`${psnr.toFixed(2)} dB`);
  if (distance !== undefined) parts.push(`LPIPS ${distance.toFixed(4)}`);
  if (stepsPerSecond > 0) parts.push(`${formatRate(stepsPerSecond)} steps/s`);
  if (Number.isFinite(remaining)) parts.push(`ETA ${formatClock(remaining)}`);
  return `${steppedBack ? "diverged, back to " : ""}${parts.join("  ")}`;
}
