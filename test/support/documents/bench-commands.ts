/** The commands that print the tables of benches. */

import { sourceFiles } from "../../laws/source-files.ts";

/** A command of a table. */
export interface BenchCommand {
  /** The document. */
  readonly path: string;
  /** The table's heading. */
  readonly title: string;
  /** As a shell reads it; words in capitals are to be given. */
  readonly command: string;
}

/** The line that says where a table comes from: commands, the day, the machine. */
export const provenance = /^((?:`[^`]+` · )+)(\d{4}-\d\d-\d\d) · (\S.*)$/;

/** Sections of all benches, each with the first line that is no heading. */
export function benchSections(): { readonly path: string; readonly title: string; readonly first: string }[] {
  return sourceFiles(/(^|\/)BENCH\.md$/).flatMap(({ path, text }) =>
    [...text.matchAll(/^## (.*)\n\n(.*)$/gm)].map(([, title, first]) => ({
      path,
      title: title!,
      first: first!,
    })),
  );
}

/** Every command once, in the order of documents. */
export function benchCommands(): BenchCommand[] {
  const all = benchSections().flatMap(({ path, title, first }) => {
    const [, commands = ""] = provenance.exec(first) ?? [];
    return [...commands.matchAll(/`([^`]+)`/g)].map(([, command]) => ({ path, title, command: command! }));
  });
  return all.filter(({ command }, index) => all.findIndex((each) => each.command === command) === index);
}
