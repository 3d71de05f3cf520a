/** `tatami fleet submit IN... -o OUT` and `tatami fleet cancel ID...`: hands files to a fleet, and takes them back. */

import { dirname } from "node:path";
import { withoutUndefined } from "@tatami/core";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { valueFlag } from "../../flags.ts";
import { makeFolder } from "../../jobs/make-folder.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { printError } from "../../print-error.ts";
import { toLine } from "../../to-json.ts";
import { connectionFlags, fleetOptions, loadFleet } from "./connection.ts";
import { jobFlags, jobOptions, planSubmission, tellSkipped } from "./job-flags.ts";

const submitFlags = {
  ...jobFlags,
  priority: valueFlag("N", "Whose turn it is: 1 comes first; default 100.", parseInteger(1, 2 ** 21 - 2)),
  attempts: valueFlag(
    "N",
    "How often a segment is tried before its file fails; default 5. What no retry can mend is tried once.",
    parseInteger(1, 100),
  ),
  ...connectionFlags,
};

/** Hands over a file, or many: all of them, or on an error none. */
export const submitCommand: Command = defineCommand({
  name: "fleet submit",
  summary: "Hand files to a fleet of workers.",
  usage: "IN... [flags]",
  flags: submitFlags,
  examples: [
    "film.mkv -o larger.mkv",
    "'cameras/*.mp4' -o larger/ --priority 10 --json",
    "films/ -o larger/ --skip-existing",
    "s3://archive/1998/film.mp4 -o s3://archive/larger/",
  ],
  async run(words, flags, shell) {
    const planned = await planSubmission("submit", words, flags, shell);
    const failed = planned.filter(({ failure }) => failure);
    for (const { input, failure } of failed) printError(shell, failure, input.name);
    if (failed.length > 0) {
      shell.stderr.write("Nothing was submitted.\n");
      return 1;
    }
    for (const job of planned) if (job.isThere) tellSkipped(job, flags, shell);
    const jobs = planned.filter(({ isThere }) => !isThere);
    if (jobs.length === 0) return 0;
    const { connectFleet } = await loadFleet();
    await using fleet = await connectFleet(fleetOptions(flags, shell));
    const { isOnDisk } = await import("./plan-objects.ts");
    for (const { outputPath, outputName } of jobs.filter(isOnDisk))
      await makeFolder(dirname(outputPath), outputName);
    const pairs = jobs.map(({ input, outputPath }) => ({ input: input.path, output: outputPath }));
    const { overwrite, priority, attempts, "skip-existing": skipExisting } = flags;
    const turn = { ...withoutUndefined({ priority, attempts }), overwrite, skipExisting };
    const taken = await fleet.submit(pairs, { ...jobOptions(flags, shell), ...turn });
    const ids = new Map(taken.map(({ output, id }) => [output, id]));
    for (const job of jobs) {
      const { input, outputName, outputPath } = job;
      const id = ids.get(outputPath);
      if (id === undefined) tellSkipped(job, flags, shell);
      else if (flags.json) shell.stdout.write(toLine({ id, file: input.name, outputFile: outputName }));
      else if (!flags.quiet) shell.stdout.write(`${id}  ${input.name} → ${outputName}\n`);
    }
    return 0;
  },
});

/** Ends jobs; their parts are removed. */
export const cancelCommand: Command = defineCommand({
  name: "fleet cancel",
  summary: "End files' jobs, and remove what was made of them.",
  usage: "ID... [flags]",
  flags: connectionFlags,
  examples: ["f0123456789ab"],
  async run(ids, flags, shell) {
    if (ids.length === 0)
      throw usage("There is nothing to cancel.", "Name a job; tatami fleet status lists them.");
    const { connectFleet } = await loadFleet();
    await using fleet = await connectFleet(fleetOptions(flags, shell));
    for (const id of ids) {
      const isStopped = await fleet.cancel(id);
      if (flags.json) shell.stdout.write(toLine({ id, cancelled: isStopped }));
      else shell.stdout.write(`${id}  ${isStopped ? "is being stopped" : "was over already"}\n`);
    }
    return 0;
  },
});
