/** Runs the jobs one after another on one upscaler. */

import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { throwIfAborted } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { UpscaleOptions, Upscaler } from "@tatami/upscale";
import { describePlan, describeReport } from "./describe-plan.ts";
import type { Job } from "./plan-jobs.ts";
import { exitCodeOf, printError } from "./print-error.ts";
import { createProgressDisplay } from "./progress-bar.ts";
import type { ExitCode, Shell } from "./shell.ts";
import { createStyle } from "./style.ts";
import { summarize } from "./summary.ts";
import type { Outcome } from "./summary.ts";
import { failureToJson, jobToJson } from "./to-json.ts";
import type { UpscaleFlags } from "./upscale-flags.ts";
import { withoutUndefined } from "./without-undefined.ts";

/** What is to be run, and how. */
export interface RunInit {
  readonly jobs: readonly Job[];
  readonly isBatch: boolean;
  readonly model: Model;
  readonly flags: UpscaleFlags;
  readonly shell: Shell;
}

/** Runs every job; a failed one does not stop the next. An abort is thrown on. */
export async function runJobs(init: RunInit): Promise<ExitCode> {
  const { jobs, isBatch, flags, shell } = init;
  const outcomes: Outcome[] = [];
  await using engine = createSharedUpscaler(init);
  for (const [index, job] of jobs.entries()) {
    throwIfAborted(shell.signal);
    // An engine that does not start is a failure of the whole, not of one file.
    const upscaler = job.failure ? undefined : await engine.get();
    try {
      if (!upscaler) throw job.failure;
      const label = isBatch ? `[${index + 1}/${jobs.length}] ${job.input.name}` : job.input.name;
      outcomes.push(await (flags["dry-run"] ? planJob : runJob)(job, upscaler, label, init));
    } catch (error) {
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

async function runJob(job: Job, upscaler: Upscaler, label: string, init: RunInit): Promise<Outcome> {
  const { flags, shell } = init;
  await mkdir(dirname(job.outputPath), { recursive: true });
  const start = shell.now();
  const display = createProgressDisplay(shell, label, flags.quiet);
  const report = await (async () => {
    try {
      return await shell.library.upscale(job.input.path, {
        ...upscaleOptions(job, upscaler, init),
        onProgress: (progress) => display.show(progress),
      });
    } finally {
      display[Symbol.dispose]();
    }
  })();
  const seconds = (shell.now() - start) / 1000;
  if (flags.json) shell.stdout.write(jobToJson(job, report, seconds));
  else if (!flags.quiet) printLines(job.outputName, describeReport(report, seconds, flags.verbose), shell);
  return { job, report };
}

async function planJob(job: Job, upscaler: Upscaler, _label: string, init: RunInit): Promise<Outcome> {
  const { flags, shell } = init;
  const plan = await shell.library.plan(job.input.path, upscaleOptions(job, upscaler, init));
  if (flags.json) shell.stdout.write(jobToJson(job, plan));
  else if (!flags.quiet)
    printLines(`${job.input.name} → ${job.outputName}`, describePlan(plan, flags.verbose), shell);
  return { job };
}

function upscaleOptions(job: Job, upscaler: Upscaler, { flags, shell }: RunInit): UpscaleOptions {
  const { container, codec, bitrate, quality, audio, trim } = flags;
  return {
    ...withoutUndefined({ container, codec, bitrate, quality, audio, ...trim }),
    model: upscaler,
    output: job.outputPath,
    toSdr: flags["to-sdr"],
    signal: shell.signal,
  };
}

/** Made when the first job needs it, so that a batch of bad files starts no engine. */
function createSharedUpscaler({
  model,
  flags,
  shell,
}: RunInit): AsyncDisposable & { get(): Promise<Upscaler> } {
  const { backend: backends, threads, patch: patchSize, batch: batchSize } = flags;
  let made: Promise<Upscaler> | undefined;
  return {
    get() {
      made ??= shell.library.createUpscaler({
        ...withoutUndefined({ backends, threads, patchSize, batchSize }),
        model,
        signal: shell.signal,
      });
      return made;
    },
    async [Symbol.asyncDispose]() {
      const upscaler = await made?.catch(() => undefined);
      await upscaler?.[Symbol.asyncDispose]();
    },
  };
}

function printLines(title: string, lines: readonly string[], shell: Shell): void {
  const style = createStyle(shell.stdout, shell.env);
  shell.stdout.write(`${style("bold", title)}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}
