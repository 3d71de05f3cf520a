/** Runs the jobs, one after another or several at once, each slot on an engine of its own. */

import { throwIfAborted, withoutUndefined } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { createBoard } from "../display/board.ts";
import type { Job } from "./plan-jobs.ts";
import { runJob, skipJob } from "./run-job.ts";
import { exitCodeOf, printError } from "../print-error.ts";
import type { AutomaticModel, Engine, ExitCode, Shell } from "../shell.ts";
import { createPauses } from "../terminal/pauses.ts";
import type { Pauses } from "../terminal/pauses.ts";
import { summarize, summarizeCounts } from "./summary.ts";
import type { Outcome } from "./summary.ts";
import { failureToJson } from "../to-json.ts";
import type { UpscaleFlags } from "../upscale-flags.ts";

/** What is to be run, and how. */
export interface RunInit {
  /** All jobs, or jobs as they turn up until the signal aborts. */
  readonly jobs: readonly Job[] | ((over: AbortSignal) => AsyncIterable<Job>);
  /** Told of every job that ended. */
  readonly onOutcome?: (outcome: Outcome) => void;
  readonly isBatch: boolean;
  readonly model: Model | readonly Model[] | AutomaticModel;
  /** What enlarges further what the model has made. */
  readonly second?: Model | undefined;
  readonly flags: UpscaleFlags;
  readonly shell: Shell;
}

/** Runs every job; a failed one does not stop the next. An abort is thrown on, once what is at work has stopped. */
export async function runJobs(init: RunInit): Promise<ExitCode> {
  const { jobs, isBatch, second, flags, shell } = init;
  const outcomes: Outcome[] = [];
  const total = typeof jobs === "function" ? undefined : jobs.length;
  const slots = Math.min(flags.jobs ?? 1, total ?? Infinity) || 1;
  const board = createBoard(shell, { isQuiet: flags.quiet, slots, total });
  using pauses = createPauses(shell, board, flags.quiet);
  const over = new AbortController();
  const source = typeof jobs === "function" ? jobs(over.signal)[Symbol.asyncIterator]() : jobs.values();
  let taken = 0;
  const end = (outcome: Outcome): void => {
    init.onOutcome?.(outcome);
    const { report: _report, ...kept } = outcome;
    // what has no end keeps no more than it has to tell at the end
    outcomes.push(total === undefined ? kept : outcome);
  };

  const takeOne = async (engine: SharedEngine, job: Job): Promise<void> => {
    taken++;
    const { followedBy } = job.input;
    const name = followedBy ? `${job.input.name} and ${followedBy.length} more` : job.input.name;
    const label = isBatch ? `[${taken}${total === undefined ? "" : `/${total}`}] ${name}` : name;
    const world = { label, flags, shell, board, pauses, second };
    if (job.isThere) return end(skipJob(job, world, isBatch));
    // An engine that does not start is a failure of the whole, not of one file.
    const started = job.failure ? undefined : await engine.get();
    try {
      if (!started) throw job.failure;
      end(await runJob(job, started, world));
    } catch (error) {
      throwIfAborted(shell.signal);
      end({ job, state: "failed", error });
      board.aside(() => {
        if (flags.json) shell.stdout.write(failureToJson(job, error));
        printError(shell, error, isBatch ? name : undefined);
      });
    }
  };
  const work = async (): Promise<void> => {
    await using engine = createSharedEngine(init, await threadsOf(flags, slots), pauses);
    while (!over.signal.aborted) {
      throwIfAborted(shell.signal);
      const { value, done } = await source.next();
      if (done) return;
      await takeOne(engine, value);
    }
  };
  const worked = await Promise.allSettled(
    Array.from({ length: slots }, () => work().finally(() => over.abort())),
  );
  if (total === undefined && !flags.quiet && !flags.json) shell.stdout.write(summarizeCounts(outcomes));
  if (shell.signal.aborted && flags.keep && worked.some(({ status }) => status === "rejected")) {
    shell.stderr.write("Interrupted.\n");
    return 130;
  }
  throwIfAborted(shell.signal);
  for (const each of worked) if (each.status === "rejected") throw each.reason;
  if (!isBatch && outcomes[0]?.error !== undefined) return exitCodeOf(outcomes[0].error);
  if (isBatch && total !== undefined && !flags.json && !flags.quiet) shell.stdout.write(summarize(outcomes));
  return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
}

/** Threads of each engine: with several at once they share what one would have. */
async function threadsOf({ threads }: UpscaleFlags, slots: number): Promise<number | undefined> {
  if (slots === 1) return threads;
  const { defaultThreads } = await import("@tatami/upscale");
  return Math.max(1, Math.floor((threads ?? defaultThreads()) / slots));
}

interface SharedEngine extends AsyncDisposable {
  get(): Promise<Engine>;
}

/** Made when the first job needs it, so that a batch of bad files starts no engine. */
function createSharedEngine(
  { model, flags, shell }: RunInit,
  threads: number | undefined,
  pauses: Pauses,
): SharedEngine {
  const { backend: backends, patch: patchSize, batch: batchSize, reuse, fuse, strength } = flags;
  const { latency: maxLatencyFrames, integers, "debug-view": debugView, "routing-loss": routingLoss } = flags;
  let made: Promise<Engine> | undefined;
  return {
    async get() {
      made ??= shell.library.createEngine(
        model,
        withoutUndefined({
          backends,
          threads,
          patchSize,
          batchSize,
          reuse,
          fuse,
          strength,
          maxLatencyFrames,
          integers: integers || undefined,
          debugView,
          routingLoss,
          framesPerSecond: flags.fps,
        }),
      );
      const engine = await made;
      pauses.add(engine);
      return engine;
    },
    async [Symbol.asyncDispose]() {
      const engine = await made?.catch(() => undefined);
      await engine?.[Symbol.asyncDispose]();
    },
  };
}
