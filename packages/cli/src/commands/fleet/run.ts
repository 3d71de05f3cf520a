/** `tatami fleet run IN... -o OUT`: the same segments in several processes of this machine, without Redis. */

import { dirname } from "node:path";
import { throwIfAborted, withoutUndefined } from "@tatami/core";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { formatDuration } from "../../display/format.ts";
import { createProgressDisplay } from "../../display/progress-bar.ts";
import { frameProgress } from "../../display/progress-line.ts";
import { valueFlag } from "../../flags.ts";
import { makeFolder } from "../../jobs/make-folder.ts";
import type { Job } from "../../jobs/plan-jobs.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { printError } from "../../print-error.ts";
import type { Shell } from "../../shell.ts";
import { failureToJson, toLine } from "../../to-json.ts";
import { jobFlags, jobOptions, planSubmission, tellSkipped } from "./job-flags.ts";
import type { JobFlags } from "./job-flags.ts";

type RunFlags = JobFlags & { readonly processes: number | undefined; readonly threads: number | undefined };

/** Upscales files one after the other, each by all processes. */
export const runCommand: Command = defineCommand({
  name: "fleet run",
  summary: "Do the same in several processes of this machine, without Redis.",
  usage: "IN... [flags]",
  flags: {
    ...jobFlags,
    processes: valueFlag(
      "N",
      "Segments at a time, each in a process of its own; default half of the machine's threads, at least 2.",
      parseInteger(1, 256),
    ),
    threads: valueFlag(
      "N",
      "Threads of the CPU engine in each; default the machine's, shared out.",
      parseInteger(1, 64),
    ),
  },
  examples: ["film.mkv -o larger.mkv --processes 4", "cameras/ -o larger/ --skip-existing --json"],
  async run(words, flags, shell) {
    const jobs = await planSubmission("run", words, flags, shell);
    let failed = 0;
    for (const job of jobs) {
      try {
        if (job.failure) throw job.failure;
        if (job.isThere) tellSkipped(job, flags, shell);
        else await runJob(job, flags, shell);
      } catch (error) {
        throwIfAborted(shell.signal);
        failed++;
        if (flags.json) shell.stdout.write(failureToJson(job, error));
        printError(shell, error, jobs.length > 1 ? job.input.name : undefined);
      }
    }
    return failed > 0 ? 1 : 0;
  },
});

async function runJob(job: Job, flags: RunFlags, shell: Shell): Promise<void> {
  const { input, outputName, outputPath } = job;
  const { checkPair, upscaleInProcesses } = await import("@tatami/fleet/local");
  const { isOnDisk } = await import("./plan-objects.ts");
  const pair = { input: input.path, output: outputPath };
  const { overwrite, "skip-existing": skipExisting } = flags;
  if (!(await checkPair("/", pair, { overwrite, skipExisting }))) return tellSkipped(job, flags, shell);
  if (isOnDisk(job)) await makeFolder(dirname(outputPath), outputName);
  const { processes, threads } = flags;
  const start = shell.now();
  const display = createProgressDisplay(shell, input.name, flags.quiet);
  const { frames, size } = await upscaleInProcesses(pair, {
    ...jobOptions(flags, shell),
    ...withoutUndefined({ processes, threads }),
    signal: shell.signal,
    onProgress: (progress) => display.show(frameProgress(progress)),
  }).finally(() => display[Symbol.dispose]());
  const seconds = Number(((shell.now() - start) / 1000).toFixed(3));
  if (flags.json)
    shell.stdout.write(toLine({ file: input.name, outputFile: outputName, frames, size, seconds }));
  else if (!flags.quiet)
    shell.stdout.write(`${outputName}  ${frames} frames in ${formatDuration(seconds)}\n`);
}
