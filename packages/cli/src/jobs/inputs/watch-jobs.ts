/** Jobs of a watched folder, as its files are finished. */

import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { TatamiError } from "@tatami/core";
import { usage } from "../../parsing/parse-flags.ts";
import { printError } from "../../print-error.ts";
import type { Shell } from "../../shell.ts";
import type { UpscaleFlags } from "../../upscale-flags.ts";
import type { Job, JobOptions } from "../plan-jobs.ts";
import { planJobs, realPath } from "../plan-jobs.ts";
import type { Outcome } from "../summary.ts";

/** Seconds after which a file that stays as it is counts as finished. */
const usualSettle = 5;

/** Jobs that turn up. */
export interface WatchedJobs {
  jobs(over: AbortSignal): AsyncIterable<Job>;
  /** To be told of each that ended. */
  onOutcome(outcome: Outcome): void;
}

/**
 * Watches the folder. Files whose results are there are left: those of an earlier run.
 *
 * @param words what was named, which has to be one folder
 * @throws TatamiError `invalid-option` for anything else, and for results that would be inputs
 */
export async function watchJobs(
  words: readonly string[],
  flags: UpscaleFlags,
  options: Omit<JobOptions, "skipExisting">,
  shell: Shell,
): Promise<WatchedJobs> {
  const [name = "", ...others] = words;
  const path = resolve(shell.cwd, name);
  const found = await stat(path).catch(() => undefined);
  if (others.length > 0 || !found?.isDirectory()) {
    throw usage(
      `--watch takes one folder, and was given ${others.length > 0 ? words.join(", ") : name}.`,
      "Name the folder that recordings are written to: tatami upscale --watch FOLDER -o RESULTS.",
    );
  }
  const planning: JobOptions = { ...options, skipExisting: !flags.overwrite };
  // what is wrong with the command is told before anything is waited for
  await planJobs({ files: [], isBatch: true, folders: [path] }, planning);
  const { watchFolder } = await import("./watch-folder.ts");
  const settle = flags.settle ?? usualSettle;
  const leaveOut = await realPath(resolve(shell.cwd, flags.output!));
  const onError = (error: Error): void => printError(shell, unwatched(name, error));
  const writers = new Map<string, string>();
  let giveAgain: (path: string) => void = () => {};

  const plan = async (file: { readonly name: string; readonly path: string; readonly below: string }) => {
    const inputs = { files: [file], isBatch: true, folders: [path] };
    const [job] = (await planJobs(inputs, planning)) as [Job];
    const other = writers.get(job.outputPath) ?? file.path;
    writers.set(job.outputPath, other);
    if (other === file.path) return job;
    const failure = usage(
      `${file.name} would be written to ${job.outputName}, which another file of the folder became.`,
      "Rename it, or upscale it in a command of its own with its own --output.",
    );
    return { input: job.input, outputName: job.outputName, outputPath: job.outputPath, failure };
  };
  return {
    onOutcome: ({ job, error }) => {
      if (error !== undefined) giveAgain(job.input.path);
    },
    async *jobs(over) {
      const signal = AbortSignal.any([over, shell.signal]);
      const folder = watchFolder(name, path, { settle, leaveOut, onError, signal });
      giveAgain = folder.giveAgain;
      if (!flags.quiet)
        shell.stderr.write(
          `watching ${name}: files are taken once they stay as they are for ${settle} s; Ctrl-C ends it\n`,
        );
      for await (const file of folder.files()) yield await plan(file);
    },
  };
}

function unwatched(name: string, cause: Error): TatamiError {
  return new TatamiError({
    code: "input-not-found",
    message: `Something in ${name} cannot be watched: ${cause.message}.`,
    fix: "Check that you may read it; where the system's limit of watches is reached (ENOSPC), raise fs.inotify.max_user_watches.",
    cause,
  });
}
