/** Help, written from the same tables that the parser reads. */

import type { Flags } from "./flags.ts";

/** What help tells of a command. */
export interface CommandHelp<F extends Flags> {
  readonly name: string;
  readonly summary: string;
  /** What follows the name in the help, for instance `FILE [flags]`. */
  readonly usage: string;
  readonly flags: F;
  readonly examples: readonly string[];
}

/** The help of one command. */
export function commandHelp<F extends Flags>(command: CommandHelp<F>): string {
  const flags = Object.entries(command.flags).map(([name, flag]): [string, string] => {
    const short = flag.short === undefined ? "    " : `-${flag.short}, `;
    const value = flag.kind === "switch" ? "" : ` ${flag.placeholder}`;
    return [`${short}--${name}${value}`, flag.help];
  });
  return [
    `tatami ${command.name} ${command.usage}\n\n${command.summary}\n`,
    `Flags\n${columns([...flags, ["-h, --help", "Print this."]])}`,
    `Examples\n${command.examples.map((example) => `  tatami ${command.name} ${example}\n`).join("")}`,
  ].join("\n");
}

/** The help of the whole. */
export function mainHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  return [
    "tatami COMMAND [flags]\n\nMakes videos larger and sharper, on this machine; trains the networks that do it.\n",
    `Commands\n${columns(commands.map(({ name, summary }) => [name, summary]))}`,
    `Flags\n${columns([
      ["-h, --help", "Print this; after a command, the help of that command."],
      ["-v, --version", "Print the version."],
    ])}`,
    `Examples\n  tatami upscale clip.mp4\n  tatami upscale 'clips/*.mp4' -o larger/\n  tatami inspect clip.mp4\n`,
  ].join("\n");
}

function columns(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}\n`).join("");
}
