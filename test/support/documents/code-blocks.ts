/** The code that stands in documents: fenced blocks, and commands in running text. */

import { sourceFiles } from "../../laws/source-files.ts";

/** A fenced block of a document. */
export interface CodeBlock {
  /** The document, from the project's root. */
  readonly path: string;
  /** The line of its first fence, from 1. */
  readonly line: number;
  /** The first word behind the fence, `""` where there is none. */
  readonly language: string;
  /** The other words: `run` asks a test to run it. */
  readonly marks: readonly string[];
  readonly text: string;
  /** What a comment before it says that it takes as given: `<!-- given: declare const x: number; -->`. */
  readonly given: string;
}

/** Documents of people: the change notes that versions are made of are left out. */
export const documents: ReturnType<typeof sourceFiles> = sourceFiles(/^(?!\.changeset\/).*\.md$/).filter(
  ({ path }) => !path.endsWith("CHANGELOG.md"),
);

/** Every block of every document, in order. */
export function codeBlocks(): CodeBlock[] {
  return documents.flatMap(({ path, text }) => blocksOf(path, text));
}

/** The blocks of one document. */
export function blocksOf(path: string, text: string): CodeBlock[] {
  const fence = /(?:<!-- given:([^]*?)-->\s*)?^([ \t]*)(`{3,})(.*)\n([^]*?)^\2\3[ \t]*$/gm;
  return [...text.matchAll(fence)].map((found) => {
    const [all, given = "", indent = "", ticks = "", info = "", code = ""] = found;
    const [language = "", ...marks] = info.trim().split(/\s+/);
    const start = found.index + all.indexOf(indent + ticks);
    return {
      path,
      line: text.slice(0, start).split("\n").length,
      language,
      marks,
      text: code.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
      given: given.trim(),
    };
  });
}

/** Commands of a document that begin with `tatami`: those of shell blocks, and those of running text. */
export function tatamiCommands(path: string, text: string): string[][] {
  const blocks = blocksOf(path, text);
  const shell = blocks.filter(({ language }) => /^(sh|bash|shell)$/.test(language)).map((each) => each.text);
  const typed = blocks
    .filter(({ language }) => language === "console")
    .map((each) => [...each.text.matchAll(/^\$ (.*)$/gm)].map(([, line]) => line).join("\n"));
  const prose = text.replaceAll(/^[ \t]*(`{3,})[^]*?^[ \t]*\1[ \t]*$/gm, "");
  const spans = [...prose.matchAll(/`(tatami [^`]+)`/g)].map(([, span]) => span!);
  return [...shell, ...typed, ...spans].flatMap(simpleCommands).flatMap((words) => {
    const begins = words.findIndex((word) => !/^[A-Z_]+=/.test(word) && word !== "npx");
    return words[begins] === "tatami" ? [words.slice(begins + 1)] : [];
  });
}

/** A shell's text as its simple commands, each as words: quotes, comments, line ends that are escaped, and what joins commands. */
export function simpleCommands(script: string): string[][] {
  const commands: string[][] = [[]];
  let word: string | undefined;
  const endWord = (): void => {
    if (word !== undefined) commands.at(-1)!.push(word);
    word = undefined;
  };
  const token = /\\\n\s*|\\(.)|'([^']*)'|"((?:\\.|[^"])*)"|(#.*)|(&&|\|\|?|;|&|\n)|(\s+)|([^])/g;
  for (const [, escaped, single, double, comment, joint, space, other] of script.matchAll(token)) {
    if (comment !== undefined && word === undefined) continue;
    if (joint !== undefined) {
      endWord();
      commands.push([]);
    } else if (space !== undefined) endWord();
    else word = (word ?? "") + (escaped ?? single ?? double ?? comment ?? other ?? "");
  }
  endWord();
  return commands.filter((words) => words.length > 0);
}
