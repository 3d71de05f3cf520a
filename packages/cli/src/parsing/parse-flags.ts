/** Command-line words into flag values and files. Anything not understood is an error, never ignored. */

import { parseArgs } from "node:util";
import { TatamiError } from "@tatami/core";
import { closest } from "fastest-levenshtein";
import type { Flags, FlagValues } from "../flags.ts";

/** What the words of one command came to. */
export interface ParsedFlags<F extends Flags> {
  readonly files: readonly string[];
  readonly values: FlagValues<F>;
}

/**
 * Reads the words after the command's name. The last of a repeated flag wins, but for those that make a list; after
 * `--` all words are files.
 *
 * @throws TatamiError `invalid-option`.
 */
export function parseFlags<F extends Flags>(words: readonly string[], flags: F): ParsedFlags<F> {
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, flag]) => [
      name,
      {
        type: flag.kind === "switch" ? ("boolean" as const) : ("string" as const),
        ...(flag.short !== undefined && { short: flag.short }),
      },
    ]),
  );
  // Not strict: Node's own messages do not suggest, and it takes the "-5" of `--trim -5` for a flag.
  const { tokens } = parseArgs({ args: [...words], options, strict: false, tokens: true });
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(flags)) {
    values[name] = flag.kind === "switch" ? false : flag.kind === "list" ? [] : undefined;
  }
  const files: string[] = [];
  for (const token of tokens) {
    if (token.kind === "positional") files.push(token.value);
    if (token.kind !== "option") continue;
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (!flag) throw unknownFlag(token.rawName, Object.keys(flags));
    if (flag.kind === "switch") {
      if (token.value !== undefined)
        throw usage(`${token.rawName} takes no value.`, `Write just ${token.rawName}.`);
      values[token.name] = true;
      continue;
    }
    if (token.value === undefined || (token.inlineValue === false && /^-(?![\d.:]|$)/.test(token.value))) {
      throw usage(
        `${token.rawName} needs a value.`,
        `Write ${token.rawName} ${flag.placeholder}; a value that begins with "-" is written ${token.rawName}=VALUE.`,
      );
    }
    const value = flag.parse(token.value, token.rawName);
    values[token.name] = flag.kind === "list" ? [...(values[token.name] as string[]), value] : value;
  }
  return { files, values: values as FlagValues<F> };
}

/** An error of the person who typed, not of the files: exit code 2. */
export function usage(message: string, fix: string): TatamiError<"invalid-option"> {
  return new TatamiError({ code: "invalid-option", message, fix });
}

function unknownFlag(seen: string, names: readonly string[]): TatamiError<"invalid-option"> {
  const suggestion =
    seen.length > 2 ? `Did you mean --${closest(seen.replace(/^-+/, ""), [...names])}? ` : "";
  return usage(
    `${seen} is not a flag of this command.`,
    `${suggestion}Run the command with --help to see its flags.`,
  );
}
