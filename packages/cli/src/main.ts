/** The command line as a function: words and a world in, an exit code out. */

import { closest } from "fastest-levenshtein";
import type { Command } from "./command.ts";
import { campaignCommand } from "./commands/training/campaign.ts";
import { compareCommand } from "./commands/compare.ts";
import { degradeCommand } from "./commands/training/degrade.ts";
import { evaluateCommand } from "./commands/training/evaluate.ts";
import { exportCommand } from "./commands/training/export.ts";
import { fleetCommand } from "./commands/fleet.ts";
import { foldCommand } from "./commands/training/fold.ts";
import { inspectCommand } from "./commands/inspect.ts";
import { modelsCommand } from "./commands/models.ts";
import { pruneCommand } from "./commands/training/prune.ts";
import { reportCommand } from "./commands/training/report.ts";
import { restoreCommand } from "./commands/restore.ts";
import { stillCommand } from "./commands/still.ts";
import { serveCommand } from "./commands/serve.ts";
import { trainCommand } from "./commands/training/train.ts";
import { tryCommand } from "./commands/try.ts";
import { upscaleCommand } from "./commands/upscale.ts";
import { mainHelp } from "./help.ts";
import { usage } from "./parsing/parse-flags.ts";
import { exitCodeOf, printError } from "./print-error.ts";
import type { ExitCode, Shell } from "./shell.ts";
import { errorToJson } from "./to-json.ts";
import { readFile } from "node:fs/promises";

const commands: readonly Command[] = [
  upscaleCommand,
  modelsCommand,
  inspectCommand,
  tryCommand,
  compareCommand,
  trainCommand,
  campaignCommand,
  pruneCommand,
  degradeCommand,
  stillCommand,
  restoreCommand,
  evaluateCommand,
  foldCommand,
  exportCommand,
  reportCommand,
  fleetCommand,
  serveCommand,
];

/** Runs one command line. Errors are printed, never thrown. */
export async function main(shell: Shell): Promise<ExitCode> {
  try {
    return await dispatch(shell);
  } catch (error) {
    if (shell.signal.aborted && error === shell.signal.reason) {
      shell.stderr.write("Interrupted. No unfinished file is left.\n");
      return 130;
    }
    if (asksForJson(shell.argv))
      (writesResult(shell.argv) ? shell.stderr : shell.stdout).write(errorToJson(error));
    printError(shell, error);
    return exitCodeOf(error);
  }
}

/** Told from the words alone: what is wrong may be the words. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return (end < 0 ? argv : argv.slice(0, end)).includes("--json");
}

/** Whether standard output is the result's, in which nothing else may stand. */
function writesResult(argv: readonly string[]): boolean {
  const at = argv.findIndex((word) => /^(?:-o|--output)$/.test(word));
  return (at >= 0 && argv[at + 1] === "-") || argv.some((word) => /^(?:-o|--output)=?-$/.test(word));
}

async function dispatch(shell: Shell): Promise<ExitCode> {
  const [word, ...rest] = shell.argv;
  if (word === undefined) {
    shell.stderr.write(mainHelp(commands));
    return 2;
  }
  if (word === "--help" || word === "-h") {
    shell.stdout.write(mainHelp(commands));
    return 0;
  }
  if (word === "--version" || word === "-v") {
    shell.stdout.write(`${await readVersion()}\n`);
    return 0;
  }
  const command = commands.find(({ name }) => name === word);
  if (!command) throw unknownCommand(word);
  return command.run(rest, shell);
}

function unknownCommand(word: string): Error {
  const names = commands.map(({ name }) => name);
  if (word.startsWith("-")) {
    return usage(`${word} stands before the command.`, `Put the command first: ${names.join(", ")}.`);
  }
  if (/[./\\]/.test(word)) return usage(`${word} is not a command.`, `Write tatami upscale ${word}.`);
  return usage(
    `${word} is not a command.`,
    `Did you mean ${closest(word, names)}? Use one of: ${names.join(", ")}.`,
  );
}

/** The version in package.json, which lies one folder above both the source and the build. */
async function readVersion(): Promise<string> {
  const text = await readFile(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(text) as { version: string }).version;
}
