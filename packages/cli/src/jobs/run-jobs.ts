/** Runs the jobs one after another on one engine. */

import type { Stats } from "node:fs";
import { stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { outputFailed, throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import { describePlan, describeReport } from "./describe-plan.ts";
import { makeFolder } from "./make-folder.ts";
import { usage } from "../parsing/parse-flags.ts";
import type { Trim } from "../parsing/parse-trim.ts";
import type { Job } from "./plan-jobs.ts";
import { describeKept, describeStart, jobProgress, resumeOptions, tidyUp } from "./resume.ts";
import { exitCodeOf, printError } from "../print-error.ts";
import { createProgressDisplay } from "../display/progress-bar.ts";
import type { AutomaticModel, Engine, ExitCode, JobOptions, Shell } from "../shell.ts";
import { createStyle } from "../display/style.ts";
import type { Progress, SegmentsProgress, UpscaleReport } from "@tatami/upscale";
import { summarize } from "./summary.ts";
import type { Outcome } from "./summary.ts";
import { failureToJson, jobToJson } from "../to-json.ts";
import type { UpscaleFlags } from "../upscale-flags.ts";
import { withoutUndefined } from "../without-undefined.ts";

/** What is to be run, and how. */
export interface RunInit {
  readonly jobs: readonly Job[];
  readonly isBatch: boolean;
  readonly model: Model | readonly Model[] | AutomaticModel;
  readonly flags: UpscaleFlags;
  readonly shell: Shell;
}

/** Runs every job; a failed one does not stop the next. An abort is thrown on. */
export async function runJobs(init: RunInit): Promise<ExitCode> {
  const { jobs, isBatch, flags, shell } = init;
  const outcomes: Outcome[] = [];
  await using shared = createSharedEngine(init);
  for (const [index, job] of jobs.entries()) {
    throwIfAborted(shell.signal);
    // An engine that does not start is a failure of the whole, not of one file.
    const engine = job.failure ? undefined : await shared.get();
    try {
      if (!engine) throw job.failure;
      const label = isBatch ? `[${index + 1}/${jobs.length}] ${job.input.name}` : job.input.name;
      outcomes.push(await (flags["dry-run"] ? planJob : runJob)(job, engine, label, init));
    } catch (error) {
      if (shell.signal.aborted && flags.keep) {
        shell.stderr.write("Interrupted.\n");
        return 130;
      }
      throwIfAborted(shell.signal);
      outcomes.push({ job, error });
      if (flags.json) shell.stdout.write(failureToJson(job, error));
      printError(shell, error, isBatch ? job.input.name : undefined);
      if (!isBatch) return exitCodeOf(error);
    }
  }
  if (isBatch && !flags.json && !flags.quiet) shell.stdout.write(summarize(outcomes));
  return outcomes.some(({ error }) => error !== undefined) ? 1 : 0;
}

async function runJob(job: Job, engine: Engine, label: string, init: RunInit): Promise<Outcome> {
  const { flags, shell } = init;
  await makeFolder(dirname(job.outputPath), job.outputName);
  const times = flags["keep-times"] ? await stat(job.input.path) : undefined;
  const start = shell.now();
  const report = await upscaleJob(job, engine, label, init);
  if (times) await setTimes(job, times);
  const seconds = (shell.now() - start) / 1000;
  if (flags.json) shell.stdout.write(jobToJson(job, report, seconds));
  else if (!flags.quiet) printLines(job.outputName, describeReport(report, seconds, flags.verbose), shell);
  return { job, report };
}

/** The job itself, its progress shown; what it leaves to be gone on with is told. */
async function upscaleJob(job: Job, engine: Engine, label: string, init: RunInit): Promise<UpscaleReport> {
  const { flags, shell } = init;
  let display = createProgressDisplay(shell, label, flags.quiet);
  let segments: SegmentsProgress | undefined;
  const say = (line: string | undefined): void => {
    display[Symbol.dispose]();
    if (line !== undefined && !flags.quiet) shell.stderr.write(`${label}  ${line}\n`);
  };
  const onProgress = (progress: Progress): void => {
    if (!segments && progress.segments) {
      say(describeStart(progress.segments, shell.cwd));
      display = createProgressDisplay(shell, label, flags.quiet);
    }
    segments = progress.segments;
    display.show(jobProgress(progress));
  };
  try {
    const report = await engine.upscale(job.input.path, { ...jobOptions(job, init), onProgress });
    display[Symbol.dispose]();
    return report;
  } catch (error) {
    display[Symbol.dispose]();
    await tidyUp(job.outputPath, flags, shell);
    if (!shell.signal.aborted || flags.keep) say(describeKept(segments, shell.cwd));
    throw error;
  }
}

async function planJob(job: Job, engine: Engine, _label: string, init: RunInit): Promise<Outcome> {
  const { flags, shell } = init;
  const plan = await engine.plan(job.input.path, jobOptions(job, init));
  if (flags.json) shell.stdout.write(jobToJson(job, plan));
  else if (!flags.quiet)
    printLines(`${job.input.name} → ${job.outputName}`, describePlan(plan, flags.verbose), shell);
  return { job };
}

function jobOptions(job: Job, { flags }: RunInit): JobOptions {
  const { container, codec, bitrate, quality, audio, deinterlace, strict } = flags;
  return {
    ...withoutUndefined({ container, codec, bitrate, quality, audio, deinterlace, ...cutOf(flags) }),
    ...withoutUndefined({ frameRate: flags["frame-rate"], size: flags.size }),
    output: job.outputPath,
    toSdr: flags["to-sdr"],
    strict,
    ...(flags.recover && { recover: true }),
    ...resumeOptions(flags),
  };
}

async function setTimes({ outputName, outputPath }: Job, { atimeMs, mtimeMs }: Stats): Promise<void> {
  // in seconds: a Date has no fractions of a millisecond
  await utimes(outputPath, atimeMs / 1000, mtimeMs / 1000).catch((error: unknown) => {
    throw outputFailed(JSON.stringify(outputName), error, "it is there, but its times cannot be set");
  });
}

/** `--trim` and `--duration` as one cut. */
function cutOf({ trim, duration }: UpscaleFlags): Trim {
  if (duration === undefined) return trim ?? {};
  if (trim?.end !== undefined)
    throw usage("--trim already says where to end, and --duration is given too.", "Give one of them.");
  return { ...trim, end: (trim?.start ?? 0) + duration };
}

/** Made when the first job needs it, so that a batch of bad files starts no engine. */
function createSharedEngine({ model, flags, shell }: RunInit): AsyncDisposable & { get(): Promise<Engine> } {
  const { backend: backends, threads, patch: patchSize, batch: batchSize, reuse, strength } = flags;
  const { latency: maxLatencyFrames, integers, "debug-view": debugView, "routing-loss": routingLoss } = flags;
  let made: Promise<Engine> | undefined;
  return {
    get() {
      made ??= shell.library.createEngine(
        model,
        withoutUndefined({
          backends,
          threads,
          patchSize,
          batchSize,
          reuse,
          strength,
          maxLatencyFrames,
          integers: integers || undefined,
          debugView,
          routingLoss,
          framesPerSecond: flags.fps,
        }),
      );
      return made;
    },
    async [Symbol.asyncDispose]() {
      const engine = await made?.catch(() => undefined);
      await engine?.[Symbol.asyncDispose]();
    },
  };
}

function printLines(title: string, lines: readonly string[], shell: Shell): void {
  const style = createStyle(shell.stdout, shell.env);
  shell.stdout.write(`${style("bold", title)}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}
