/** What documents say of errors and of the command line, taken from the sources: nothing there is written by hand. */

import { PassThrough } from "node:stream";
import { text as readAll } from "node:stream/consumers";
import type { Library } from "@tatami/cli";
import { main } from "@tatami/cli";
import { readFileSync } from "node:fs";
import { root, sourceFiles } from "../../laws/source-files.ts";

/** Where the parts of a document that are made here begin and end. */
const [begin, end] = ["<!-- made by npm run docs:tables -->", "<!-- end -->"];

/** Documents that are made here, or have a part that is, with what they should hold. */
export async function madeDocuments(): Promise<ReadonlyMap<string, string>> {
  const errors = "docs/guide/errors.md";
  return new Map([
    [errors, replacePart(readFileSync(`${root}/${errors}`, "utf8"), errorTables())],
    ["docs/reference/command-line.md", await commandLinePage()],
  ]);
}

function replacePart(document: string, part: string): string {
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  if (before < 0 || after < before) throw new Error(`A document has no ${begin} before ${end}.`);
  return `${document.slice(0, before)}${begin}\n\n${part}\n\n${document.slice(after)}`;
}

/** Every code with what it means, and then with what its errors tell people to do. */
function errorTables(): string {
  const declaration = readFileSync(`${root}/packages/core/src/errors/errors.ts`, "utf8");
  const codes = [...declaration.matchAll(/\/\*\* (.*) \*\/\n {2}\| "([a-z-]+)"/g)].map(
    ([, meaning, code]) => [code!, meaning!] as const,
  );
  const named = [...declaration.matchAll(/^ {2}\| "/gm)].length;
  if (codes.length !== named) throw new Error(`${named - codes.length} codes do not say what they mean.`);
  const fixes = fixesByCode();
  const table = codes.map(([code, meaning]) => `| [\`${code}\`](#${code}) | ${meaning} |`);
  const sections = codes.map(([code, meaning]) => {
    const told = [...(fixes.get(code) ?? [])].sort();
    const list = told.map((fix) => `- ${fix}`).join("\n");
    const many = `<details>\n<summary>Ways out</summary>\n\n${list}\n\n</details>`;
    return `## \`${code}\`\n\n${meaning}\n\n${told.length > 6 ? many : list}`.trimEnd();
  });
  return [`| code | means |\n| --- | --- |\n${table.join("\n")}`, ...sections].join("\n\n");
}

/** Fixes that are written where errors are made, by the codes that stand beside them; what is filled in is an ellipsis. */
function fixesByCode(): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, Set<string>>();
  const sources = sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/).filter(
    ({ path }) => !/\.(test|fixture)\.ts$|\.generated\.ts$|\/testing\//.test(path),
  );
  for (const { text } of sources)
    for (const { index } of text.matchAll(/new TatamiError\(\{/g)) {
      const made = text.slice(index, index + 1500);
      const code = /\bcode: "([a-z-]+)"/.exec(made)?.[1];
      const fix = /\bfix:\s*(?:"((?:\\.|[^"\\])*)"|`((?:\\.|[^`\\])*)`),/.exec(made.slice(0, closing(made)));
      const said = fix?.[1] ?? fix?.[2]?.replaceAll(/\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}/g, "…");
      // what begins with a value says nothing without it
      if (code === undefined || said === undefined || said.startsWith("…")) continue;
      const words = said.replaceAll(/\\(["'`])/g, "$1").replaceAll(/[<>{}]/g, (sign) => `\\${sign}`);
      found.set(code, (found.get(code) ?? new Set()).add(words));
    }
  return found;
}

/** Where the braces close that the first one opens. */
function closing(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "{") depth++;
    if (text[i] === "}" && --depth === 0) return i;
  }
  return text.length;
}

/** The help of every command, as the command line prints it. */
async function commandLinePage(): Promise<string> {
  const all = await help([]);
  const names = [...all.matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!);
  const sections = await Promise.all(
    names.map(async (name) => `## tatami ${name}\n\n\`\`\`text\n${(await help([name])).trimEnd()}\n\`\`\``),
  );
  const head = [
    "# Command line",
    "<!-- made by npm run docs:tables: what each command prints with --help -->",
    "What `--help` prints. What the commands are for, with examples: [`@tatami/cli`](../../packages/cli/README.md).",
    `\`\`\`text\n${all.trimEnd()}\n\`\`\``,
  ];
  return `${[...head, ...sections].join("\n\n")}\n`.replaceAll(/ +$/gm, "");
}

async function help(words: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const world = {
    argv: [...words, "--help"],
    env: {},
    cwd: ".",
    stdout,
    stderr: new PassThrough(),
    now: () => 0,
  };
  await main({ ...world, signal: new AbortController().signal, library: {} as Library });
  stdout.end();
  return readAll(stdout);
}
