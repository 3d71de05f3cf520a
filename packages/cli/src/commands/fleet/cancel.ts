/** `tatami fleet cancel ID...`: ends files' jobs. */

import { defineCommand } from "../../command.ts";
import type { Command } from "../../command.ts";
import { usage } from "../../parsing/parse-flags.ts";
import { toLine } from "../../to-json.ts";
import { connectionFlags, fleetOptions, loadFleet } from "./connection.ts";

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
