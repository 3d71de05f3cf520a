/** What documents tell people to type is understood: by the command line, by npm, as JSON and as YAML. */

import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Library } from "@tatami/cli";
import { main } from "@tatami/cli";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import {
  blocksOf,
  codeBlocks,
  documents,
  simpleCommands,
  tatamiCommands,
} from "../support/documents/code-blocks.ts";
import { benchCommands, benchSections, provenance } from "../support/documents/bench-commands.ts";
import { root, sourceFiles } from "./source-files.ts";

/** A flag that there is not: words before it are read, and nothing is done. */
const last = "--that-there-is-not";

/** Scripts of every package, by its name. */
const scripts: ReadonlyMap<string, readonly string[]> = new Map(
  sourceFiles(/(^|\/)package\.json$/).map(({ text: manifest }) => {
    const { name, scripts: own = {} } = JSON.parse(manifest) as Manifest;
    return [name, Object.keys(own)] as const;
  }),
);

describe("commands in documents", () => {
  it("are words that the command line takes", async () => {
    const all = documents.flatMap(({ path, text: document }) =>
      tatamiCommands(path, document).map((words) => ({ path, words })),
    );
    expect(all.length).toBeGreaterThan(100);
    const refused = await Promise.all(
      all.map(async ({ path, words }) => {
        const said = (await complaint(words)) && (await complaint(words.map(fillIn)));
        return said ? [`${path}: tatami ${words.join(" ")}: ${said}`] : [];
      }),
    );
    expect(refused.flat()).toEqual([]);
    expect(await complaint(["upscale", "in.mp4", "--larger"])).toContain("--larger is not a flag");
    expect(await complaint(["upscale", "in.mp4", "--strength", "much"])).toContain("--strength");
    expect(await complaint(["enlarge"])).toContain("enlarge is not a command");
  });

  it("of npm are scripts that there are", () => {
    const missing = codeBlocks()
      .filter(({ language }) => /^(sh|bash|shell|console)$/.test(language))
      .flatMap(({ path, text: block }) =>
        simpleCommands(block)
          .filter(([program, verb]) => program === "npm" && verb === "run")
          .filter((words) => !scripts.get(workspaceOf(words))?.includes(words[2]!))
          .map((words) => `${path}: ${words.join(" ")}`),
      );
    expect(missing).toEqual([]);
    expect(scripts.get("tatami")).toContain("docs");
  });

  it("are read as shells read them", () => {
    expect(simpleCommands("A=1 tatami upscale 'a b.mp4' \\\n  -o \"c\" # larger\nls | wc -l && x")).toEqual([
      ["A=1", "tatami", "upscale", "a b.mp4", "-o", "c"],
      ["ls"],
      ["wc", "-l"],
      ["x"],
    ]);
    const document = "Write `tatami models`.\n\n```console\n$ tatami inspect a.mp4\na.mp4\n```\n";
    expect(tatamiCommands("a.md", document)).toEqual([["inspect", "a.mp4"], ["models"]]);
  });
});

describe("tables of benches", () => {
  it("say which command printed them, when and where", () => {
    const sections = benchSections();
    expect(sections.length).toBeGreaterThan(15);
    expect(sections.filter(({ first }) => !provenance.test(first))).toEqual([]);
  });

  it("come from commands that there are", () => {
    const lost = benchCommands().filter(({ command }) => {
      const [, script] = /\bnpm run (\S+)/.exec(command) ?? [];
      const [, program] = /\b((?:packages|test)\/\S+\.ts)/.exec(command) ?? [];
      const [, workspace = "tatami"] = / -w (\S+)/.exec(command) ?? [];
      if (script !== undefined) return !scripts.get(workspace)?.includes(script);
      return program === undefined
        ? !command.startsWith("node packages/cli/")
        : !existsSync(`${root}/${program}`);
    });
    expect(lost).toEqual([]);
  });
});

describe("data in documents", () => {
  it("is JSON and YAML that can be read", () => {
    const wrong = codeBlocks().flatMap(({ path, line, language, text: block }) => {
      try {
        if (language === "json") JSON.parse(block);
        if (!/^ya?ml$/.test(language)) return [];
        return parseAllDocuments(block).flatMap(({ errors }) =>
          errors.map((each) => `${path}:${line}: ${each}`),
        );
      } catch (error) {
        return [`${path}:${line}: ${String(error)}`];
      }
    });
    expect(wrong).toEqual([]);
    expect(blocksOf("a.md", "```yaml\na: 1\n```\n")).toMatchObject([{ language: "yaml", text: "a: 1\n" }]);
  });
});

/** A package's manifest, as far as it is read here. */
interface Manifest {
  readonly name: string;
  readonly scripts?: Readonly<Record<string, string>>;
}

/** The package in which `npm run` looks for a script: that of `-w`, or the root. */
function workspaceOf(words: readonly string[]): string {
  const at = words.findIndex((word) => word === "-w" || word === "--workspace");
  return at < 0 ? "tatami" : words[at + 1]!;
}

/** What the command line says against some words; `undefined` where it says nothing. */
async function complaint(words: readonly string[]): Promise<string | undefined> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  stdout.resume();
  const end = words.includes("--") ? words.indexOf("--") : words.length;
  const argv = words.length === 0 ? ["--help"] : words.toSpliced(end, 0, last);
  const code = await main({
    argv,
    env: {},
    cwd: ".",
    stdout,
    stderr,
    now: () => 0,
    signal: new AbortController().signal,
    library: {} as Library,
  });
  stderr.end();
  const said = (await text(stderr)).trim();
  return code === 0 || said.includes(`${last} is not a flag`) ? undefined : said.split("\n")[0]!;
}

/** A number in place of a word in capitals that stands for one. */
function fillIn(word: string): string {
  return /^[A-Z]+$/.test(word) ? "1" : word;
}
