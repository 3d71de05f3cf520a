/** One job on an engine: its folder made, its progress shown, its end told. */

import type { Stats } from "node:fs";
import { stat, utimes } from "node:fs/promises";
import { dirname } from "node:path";
import { outputFailed, withoutPauses, withoutUndefined } from "@tatami/core";
import type { Model } from "@tatami/graph";
import type { Progress, SegmentsProgress } from "@tatami/upscale";
import { describePlan, describeReport } from "./describe-plan.ts";
import { makeFolder } from "./make-folder.ts";
import { cutOf } from "../parsing/parse-trim.ts";
import { isStandard } from "./plan-jobs.ts";
import type { Job } from "./plan-jobs.ts";
import { isRaw } from "../pictures/output-form.ts";
import { describeKept, describeStart, jobProgress, resumeOptions, tidyUp } from "./resume.ts";
import type { Board } from "../display/board.ts";
import type { Engine, JobOptions, JobReport, Shell } from "../shell.ts";
import { createStyle } from "../display/style.ts";
import type { Pauses } from "../terminal/pauses.ts";
import type { Outcome } from "./summary.ts";
import { jobToJson, skippedToJson } from "../to-json.ts";
import type { UpscaleFlags } from "../upscale-flags.ts";

/** What a job is run with. */
export interface JobWorld {
  /** Says which job it is, for people. */
  readonly label: string;
  readonly flags: UpscaleFlags;
  readonly shell: Shell;
  readonly board: Board;
  /** A network behind the engine's. */
  readonly second: Model | undefined;
  readonly pauses: Pick<Pauses, "milliseconds">;
}

/** Does the job, or with `--dry-run` says what would be done. */
export function runJob(job: Job, engine: Engine, world: JobWorld): Promise<Outcome> {
  return world.flags["dry-run"] ? planJob(job, engine, world) : upscaleJob(job, engine, world);
}

/** Tells of a job whose output is there already. */
export function skipJob(job: Job, { flags, shell, board }: JobWorld, isBatch: boolean): Outcome {
  if (flags.json) board.aside(() => shell.stdout.write(skippedToJson(job)));
  else if (!flags.quiet && !isBatch)
    printLines(job.outputName, ["is there already, and is left as it is"], shell);
  return { job, state: "skipped" };
}

async function upscaleJob(job: Job, engine: Engine, world: JobWorld): Promise<Outcome> {
  const { flags, shell, board, pauses } = world;
  if (!isStandard(job.outputName)) await makeFolder(dirname(job.outputPath), job.outputName);
  const times = flags["keep-times"] ? await stat(job.input.path) : undefined;
  const start = shell.now() - pauses.milliseconds;
  const report = await upscaleShown(job, engine, world);
  if (times) await setTimes(job, times);
  const seconds = (shell.now() - pauses.milliseconds - start) / 1000;
  board.aside(() => {
    if (flags.json) shell.stdout.write(jobToJson(job, report, seconds));
    else if (!flags.quiet) printLines(job.outputName, describeReport(report, seconds, flags.verbose), shell);
  });
  return { job, state: "done", report };
}

/** The job itself, its progress shown; what it leaves to be gone on with is told. */
async function upscaleShown(job: Job, engine: Engine, world: JobWorld): Promise<JobReport> {
  const { label, flags, shell, board, pauses, second } = world;
  const before = pauses.milliseconds;
  using display = board.open(label);
  let segments: SegmentsProgress | undefined;
  const say = (line: string | undefined): void => {
    if (line !== undefined && !flags.quiet) board.aside(() => shell.stderr.write(`${label}  ${line}\n`));
  };
  const onProgress = (progress: Progress): void => {
    if (!segments && progress.segments) say(describeStart(progress.segments, shell.cwd));
    segments = progress.segments;
    display.show(jobProgress(withoutPauses(progress, pauses.milliseconds - before)));
  };
  try {
    return await engine.upscale(job.input.path, { ...jobOptions(job, flags, second), onProgress });
  } catch (error) {
    display[Symbol.dispose]();
    await tidyUp(job.outputPath, flags, shell);
    if (!shell.signal.aborted || flags.keep) say(describeKept(segments, shell.cwd));
    throw error;
  }
}

async function planJob(
  job: Job,
  engine: Engine,
  { flags, shell, board, second }: JobWorld,
): Promise<Outcome> {
  const plan = await engine.plan(job.input.path, jobOptions(job, flags, second));
  board.aside(() => {
    if (flags.json) shell.stdout.write(jobToJson(job, plan));
    else if (!flags.quiet)
      printLines(`${job.input.name} → ${job.outputName}`, describePlan(plan, flags.verbose), shell);
  });
  return { job, state: "planned" };
}

function jobOptions(job: Job, flags: UpscaleFlags, second: Model | undefined): JobOptions {
  const { codec, bitrate, quality, audio, deinterlace, strict, crf, preset, encoder } = flags;
  const { form } = job;
  const usual = isStandard(job.outputName) ? "mkv" : undefined;
  const asked = flags.container ?? usual;
  const container = form || asked === undefined || isRaw(asked) ? undefined : asked;
  const { "input-format": format, "input-size": pixels } = flags;
  return {
    ...(form && { form }),
    ...withoutUndefined({ container, codec, bitrate, quality, audio, deinterlace, ...cutOf(flags) }),
    ...withoutUndefined({ crf, preset, encoder, pixelFormat: flags["pixel-format"] }),
    ...withoutUndefined({ frameRate: flags["frame-rate"], size: flags.size, second }),
    output: job.outputPath,
    ...(format !== undefined && pixels && { raw: { ...pixels, format } }),
    ...(job.input.followedBy && { followedBy: job.input.followedBy.map(({ path }) => path) }),
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

function printLines(title: string, lines: readonly string[], shell: Shell): void {
  const style = createStyle(shell.stdout, shell.env);
  shell.stdout.write(`${style("bold", title)}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}
