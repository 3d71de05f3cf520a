/** `tatami fleet WHAT`: many files on many machines, over Redis. */

import type { Command } from "../command.ts";
import { usage } from "../parsing/parse-flags.ts";
import { deadCommand, statusCommand } from "./fleet/status.ts";
import { runCommand } from "./fleet/run.ts";
import { cancelCommand, submitCommand } from "./fleet/submit.ts";
import { workCommand } from "./fleet/work.ts";

/** What may follow `tatami fleet`; each is named by both words. */
const parts: readonly Command[] = [
  submitCommand,
  workCommand,
  statusCommand,
  cancelCommand,
  deadCommand,
  runCommand,
];

/** The fleet's commands as one. */
export const fleetCommand: Command = {
  name: "fleet",
  summary: "Upscale many files on many machines, over Redis.",
  async run([word, ...rest], shell) {
    if (word === undefined || word === "--help" || word === "-h") {
      shell[word === undefined ? "stderr" : "stdout"].write(help());
      if (word === undefined) return 2;
      for (const part of parts) {
        shell.stdout.write("\n");
        await part.run(["--help"], shell);
      }
      return 0;
    }
    const part = parts.find(({ name }) => name === `fleet ${word}`);
    if (part) return part.run(rest, shell);
    const words = parts.map(({ name }) => name.replace("fleet ", "")).join(", ");
    throw usage(`tatami fleet does not know ${word}.`, `Write tatami fleet and one of: ${words}.`);
  },
};

function help(): string {
  const width = Math.max(...parts.map(({ name }) => name.length));
  const lines = parts.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}\n`);
  return [
    `tatami fleet WHAT [flags]\n\n${fleetCommand.summary}\n`,
    `What\n${lines.join("")}`,
    "Flags\n      --json  Print JSON on stdout; tatami fleet --help lists all flags of each.\n",
    [
      "Examples",
      "  TATAMI_REDIS=redis://:PASSWORD@host:6379 tatami fleet submit 'films/*.mp4' -o larger/",
      "  tatami fleet work --concurrency 2",
      "  tatami fleet status --json\n",
    ].join("\n"),
  ].join("\n");
}
