/** What a command is, and how its words reach it. */

import type { Flags, FlagValues } from "./flags.ts";
import { commandHelp } from "./help.ts";
import type { CommandHelp } from "./help.ts";
import { parseFlags } from "./parsing/parse-flags.ts";
import type { ExitCode, Shell } from "./shell.ts";

/** What a command is made from. */
export interface CommandInit<F extends Flags> extends CommandHelp<F> {
  run(files: readonly string[], flags: FlagValues<F>, shell: Shell): Promise<ExitCode>;
}

/** A command of the command line. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** @param words what was typed after the command's name. */
  run(words: readonly string[], shell: Shell): Promise<ExitCode>;
}

/** Joins a command with its parser and its help. */
export function defineCommand<F extends Flags>(init: CommandInit<F>): Command {
  const { name, summary, flags } = init;
  return {
    name,
    summary,
    async run(words, shell) {
      const beforeFiles = words.includes("--") ? words.slice(0, words.indexOf("--")) : words;
      if (beforeFiles.includes("--help") || beforeFiles.includes("-h")) {
        shell.stdout.write(commandHelp(init));
        return 0;
      }
      const { files, values } = parseFlags(words, flags);
      return init.run(files, values, shell);
    },
  };
}
