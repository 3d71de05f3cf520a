/** Where the time goes, by stage, and how far a job has come. */

import type { FusionSummary, StreamFusion } from "@tatami/patches";
import type { FrameOptions, Progress, Stage } from "../options.ts";
import type { Pace, PaceSummary } from "../pace/pace.ts";
import { tellPace } from "../pace/pace.ts";

/** The stages in their order. */
const stages: readonly Stage[] = ["decode", "split", "infer", "assemble", "encode"];

/** Told of every span of time spent on a stage, in milliseconds. */
export type StageListener = (stage: Stage, milliseconds: number) => void;

/** Runs `work` and tells `listener` how long it took. */
export async function timed<T>(
  listener: StageListener | undefined,
  stage: Stage,
  work: () => T | Promise<T>,
): Promise<T> {
  if (!listener) return work();
  const start = performance.now();
  try {
    return await work();
  } finally {
    listener(stage, performance.now() - start);
  }
}

/** Passes a sequence on, timing how long each item takes to come. */
export async function* timedSequence<T>(
  source: AsyncIterable<T>,
  stage: Stage,
  listener: StageListener,
): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await timed(listener, stage, () => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  } finally {
    await iterator.return?.();
  }
}

/** Counts a job's frames and times. */
export interface Meter {
  readonly onStage: StageListener;
  readonly onPatches: NonNullable<FrameOptions["onPatches"]>;
  /** A frame has been written. */
  frameDone(): void;
  progress(): Progress;
  /** What a report says in the end. */
  summary(): { readonly progress: Progress; readonly pace?: PaceSummary; readonly fusion?: FusionSummary };
}

/**
 * Starts counting now.
 *
 * @param pace told what frames take, but for the time in which there was none to enlarge
 * @param fusion asked in the end
 */
export function createMeter(framesTotal: number | null, pace?: Pace, fusion?: StreamFusion): Meter {
  const started = performance.now();
  const spent = new Map<Stage, number>(stages.map((stage) => [stage, 0]));
  let framesDone = 0;
  const tellDone = tellPace(pace, () => spent.get("decode")!);
  const patches = { computed: 0, reused: 0 };
  let cells: number[] | undefined;
  return {
    onPatches(computed, reused, made) {
      if (made) cells = made.map((count, network) => count + (cells?.[network] ?? 0));
      patches.computed += computed;
      patches.reused += reused;
    },
    onStage: (stage, milliseconds) => spent.set(stage, spent.get(stage)! + milliseconds),
    frameDone() {
      framesDone++;
      tellDone();
    },
    summary: () => ({
      progress: progress(),
      ...(pace && { pace: pace.summary() }),
      ...(fusion && { fusion: fusion.summary() }),
    }),
    progress,
  };

  function progress(): Progress {
    const seconds = (performance.now() - started) / 1000;
    const framesPerSecond = seconds > 0 ? framesDone / seconds : 0;
    const mean = (stage: Stage): number => (framesDone === 0 ? 0 : spent.get(stage)! / framesDone);
    const base = {
      framesDone,
      framesPerSecond,
      patchesComputed: patches.computed,
      patchesReused: patches.reused,
      ...(cells && { cellsByNetwork: [...cells] }),
      stageMs: Object.fromEntries(stages.map((stage) => [stage, mean(stage)])) as Record<Stage, number>,
    };
    if (framesTotal === null) return base;
    const framesLeft = Math.max(0, framesTotal - framesDone);
    return framesPerSecond === 0
      ? { ...base, framesTotal }
      : { ...base, framesTotal, secondsLeft: framesLeft / framesPerSecond };
  }
}
