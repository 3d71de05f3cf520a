/** `tatami fleet status` and `tatami fleet dead`: how far a fleet has come, and what it gave up. */

import { once } from "node:events";
import { withoutUndefined } from "@tatami/core";
import type { DeadFile, FileStatus, FleetStatus } from "@tatami/fleet";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { formatClock, formatRate } from "../../display/format.ts";
import { textTable } from "../../display/text-table.ts";
import { valueFlag } from "../../flags.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { toLine } from "../../to-json.ts";
import { connectionFlags, fleetOptions, loadFleet } from "./connection.ts";
import { dashboardFlag } from "./work.ts";

/** How far files have come. */
export const statusCommand: Command = defineCommand({
  name: "fleet status",
  summary: "Say how far a fleet's files have come.",
  usage: "[flags]",
  flags: {
    limit: valueFlag("N", "Files of each state at most; default 100.", parseInteger(1)),
    dashboard: dashboardFlag,
    ...connectionFlags,
  },
  examples: ["", "--json", "--dashboard 3000"],
  async run(words, flags, shell) {
    refuseWords(words, "status");
    const { connectFleet, startDashboard } = await loadFleet();
    const where = fleetOptions(flags, shell);
    const { limit, dashboard: port } = flags;
    {
      await using fleet = await connectFleet(where);
      const status = await fleet.status(withoutUndefined({ limit }));
      shell.stdout.write(flags.json ? toLine(status) : describeStatus(status));
    }
    if (port === undefined) return 0;
    await using board = await startDashboard({ ...where, port });
    shell.stderr.write(`The queues are shown at ${board.url} until Ctrl-C.\n`);
    if (!shell.signal.aborted) await once(shell.signal, "abort");
    return 0;
  },
});

/** The dead-letter list. */
export const deadCommand: Command = defineCommand({
  name: "fleet dead",
  summary: "List files that failed for good, and why.",
  usage: "[flags]",
  flags: connectionFlags,
  examples: ["", "--json"],
  async run(words, flags, shell) {
    refuseWords(words, "dead");
    const { connectFleet } = await loadFleet();
    await using fleet = await connectFleet(fleetOptions(flags, shell));
    const dead = await fleet.dead();
    shell.stdout.write(flags.json ? toLine(dead) : dead.map(describeDead).join(""));
    return 0;
  },
});

function refuseWords(words: readonly string[], command: string): void {
  if (words.length === 0) return;
  throw usage(
    `tatami fleet ${command} takes no files, and was given ${words[0]}.`,
    `Write tatami fleet ${command}.`,
  );
}

function describeStatus({ files, counts, segments, workers }: FleetStatus): string {
  const { waiting, working, done, failed } = counts;
  const all = `files: ${waiting} waiting, ${working} at work, ${done} done, ${failed} failed`;
  const parts = `segments: ${segments.waiting} waiting, ${segments.active} at work, ${segments.delayed} to be tried again`;
  const rows = files.map((file) => [
    file.id,
    file.state,
    file.segments ? `${file.segments.done}/${file.segments.total}` : "-",
    file.framesTotal === undefined ? String(file.framesDone) : `${file.framesDone}/${file.framesTotal}`,
    file.framesPerSecond === undefined ? "-" : formatRate(file.framesPerSecond),
    file.secondsLeft === undefined ? "-" : formatClock(file.secondsLeft),
    `${file.input}${noteOf(file)}`,
  ]);
  const header = ["id", "state", "segments", "frames", "frames/s", "left", "file"];
  return `${all}\n${parts}\nworkers: ${workers}\n${rows.length > 0 ? `\n${textTable(header, rows)}` : ""}`;
}

function noteOf({ failure, state }: FileStatus): string {
  if (!failure) return "";
  return ` (${failure.code}${state === "failed" ? "" : "; it is tried again"})`;
}

function describeDead({ id, input, segment, message, code, fix }: DeadFile): string {
  const where = segment === undefined ? "" : `, segment ${segment + 1}`;
  return `${id}  ${input}${where}: ${message} [${code}]\n  → ${fix}\n`;
}
