/** `tatami fleet work`: works for a fleet until it is stopped. */

import { withoutUndefined } from "@tatami/core";
import type { Dashboard, WorkEvent } from "@tatami/fleet";
import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { formatDuration } from "../../display/format.ts";
import { switchFlag, valueFlag } from "../../flags.ts";
import type { ValueFlag } from "../../flags.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { parseInteger } from "../../parsing/parse-integer.ts";
import { toLine } from "../../to-json.ts";
import { connectionFlags, fleetOptions, loadFleet } from "./connection.ts";

/** Port of the dashboard. */
export const dashboardFlag: ValueFlag<number> = valueFlag(
  "PORT",
  "Also serve a page that shows the queues, on 127.0.0.1:PORT; needs @bull-board/api and @bull-board/express.",
  parseInteger(1, 65_535),
);

/** A worker. Ctrl-C hands back what it is at. */
export const workCommand: Command = defineCommand({
  name: "fleet work",
  summary: "Work for a fleet until Ctrl-C, which hands back what is begun.",
  usage: "[flags]",
  flags: {
    concurrency: valueFlag(
      "N",
      "Segments at a time, each in a process of its own; default 1.",
      parseInteger(1, 256),
    ),
    threads: valueFlag(
      "N",
      "Threads of the CPU engine in each; default the machine's, shared out.",
      parseInteger(1, 64),
    ),
    dashboard: dashboardFlag,
    ...connectionFlags,
    quiet: switchFlag("Print nothing but errors and JSON.", "q"),
  },
  examples: ["", "--concurrency 4 --root /mnt/videos", "--dashboard 3000"],
  async run(words, flags, shell) {
    if (words.length > 0)
      throw usage(
        `tatami fleet work takes no files, and was given ${words[0]}.`,
        "Hand it over with tatami fleet submit.",
      );
    const { startDashboard, work } = await loadFleet();
    const where = fleetOptions(flags, shell);
    const { concurrency, threads, dashboard: port } = flags;
    const { signal, stderr, stdout } = shell;
    const onEvent = (event: WorkEvent): void => {
      if (flags.json) stdout.write(toLine(event));
      else if (!flags.quiet || event.kind === "trouble") stderr.write(`${describeEvent(event)}\n`);
    };
    const asked = withoutUndefined({ concurrency, threads });
    await using worker = await work({ ...where, ...asked, signal, onEvent });
    let board: Dashboard | undefined;
    try {
      if (port !== undefined) board = await startDashboard({ ...where, port });
      if (!flags.quiet) stderr.write(`At work${board ? `; the queues are shown at ${board.url}` : ""}.\n`);
      await worker.stopped;
    } finally {
      await board?.[Symbol.asyncDispose]();
    }
    if (!flags.quiet) stderr.write("Stopped; what was begun went back to the queue.\n");
    return 0;
  },
});

function describeEvent(event: WorkEvent): string {
  switch (event.kind) {
    case "cut":
      return `${event.file}  cut into ${event.segments} segments`;
    case "segment":
      return `${event.file}  segment ${event.index + 1}: ${event.frames} frames in ${formatDuration(event.seconds)}`;
    case "done":
      return `${event.file}  done: ${event.frames} frames`;
    case "cancelled":
      return `${event.file}  cancelled`;
    case "failed": {
      const { code, message, segment } = event.failure;
      const where = segment === undefined ? "" : `segment ${segment + 1}: `;
      return `${event.file}  ${where}${message} [${code}]${event.isLast ? "" : "; it is tried again"}`;
    }
    case "trouble":
      return `${event.message} Waiting for it.`;
  }
}
