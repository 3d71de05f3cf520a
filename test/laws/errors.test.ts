/** What errors name is there: flags of the command line, and options of the library. */

import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import type { Library } from "@tatami/cli";
import { main } from "@tatami/cli";
import { beforeAll, describe, expect, it } from "vitest";
import { sourceFiles } from "./source-files.ts";

const sources = sourceFiles(/^packages\/[^/]+\/src\/.*\.ts$/).filter(
  ({ path }) => !/\.(test|fixture|bench)\.ts$|\.generated\.ts$|\/testing\//.test(path),
);
/** Flags of Node, which is told them by the command line or by who runs it. */
const flagsOfNode = ["--experimental-wasm-relaxed-simd", "--import"];

let flags: ReadonlySet<string>;
let commands: readonly string[];
beforeAll(async () => {
  commands = [...(await help()).matchAll(/^ {2}([a-z]+) {2,}/gm)].map(([, name]) => name!);
  expect(commands).toContain("upscale");
  const texts = await Promise.all([help(), ...commands.map((name) => help(name))]);
  flags = new Set(
    texts.flatMap((each) => [...each.matchAll(/^ +(?:-\w, )?(--[a-z-]+)/gm)].map(([, flag]) => flag!)),
  );
});

describe("what errors name", () => {
  it("are flags that the command line has", () => {
    expect(flags).toContain("--trim");
    expect(
      sources.flatMap(({ path, text: code }) => unknownFlags(code).map((flag) => `${path}: ${flag}`)),
    ).toEqual([]);
    expect(unknownFlags('fix: "Give --trim or --cut."')).toEqual(["--cut"]);
    expect(unknownFlags("fix: `Give --patch=${size}.`")).toEqual([]);
  });

  it("are commands that there are", () => {
    const all = sources.flatMap(({ path, text: code }) =>
      unknownCommands(code).map((name) => `${path}: ${name}`),
    );
    expect(all).toEqual([]);
    expect(unknownCommands('fix: "Write tatami upscale FILE, or tatami enlarge FILE."')).toEqual(["enlarge"]);
  });

  it("are functions that packages have", () => {
    const all = sources.flatMap(({ path, text: code }) =>
      unknownFunctions(code).map((name) => `${path}: ${name}`),
    );
    expect(all).toEqual([]);
    expect(
      unknownFunctions(
        'fix: "Pass loadModel(\\"m5-x2\\") from @tatami/zoo, or drive() of @tatami/codecs/node."',
      ),
    ).toEqual(["drive of @tatami/codecs/node"]);
  });

  it("are options that the library has", () => {
    const options = knownOptions(sources.map(({ text: code }) => code));
    expect(options.get("encode")).toContain("audio");
    const all = sources.flatMap(({ path, text: code }) =>
      unknownOptions(code, options).map((option) => `${path}: ${option}`),
    );
    expect(all).toEqual([]);
    const some = 'const x = options.any; fix: "Set options.backends, options.backend or encode.audio."';
    expect(unknownOptions(some, options)).toEqual(["options.backend"]);
  });

  it("is an option by its whole path, so that the command line can say the flag", () => {
    const bare = sources.flatMap(({ path, text: code }) =>
      fixes(code)
        .filter((fix) =>
          /(?<![.\w])(patchSize|batchSize|maxLatencyFrames|backends|debugView|baseUrl)\b/.test(fix),
        )
        .map((fix) => `${path}: ${fix}`),
    );
    expect(bare).toEqual([]);
    expect(fixes('{ fix: "Set patchSize." }')).toEqual(["Set patchSize."]);
  });
});

function unknownFlags(code: string): string[] {
  return literals(code)
    .flatMap((literal) => [...literal.matchAll(/(?<![\w-]|var\()--[a-z][a-z-]*/g)].map(([flag]) => flag))
    .filter((flag) => !flags.has(flag) && !flagsOfNode.includes(flag));
}

function unknownCommands(code: string): string[] {
  return literals(code)
    .flatMap((literal) =>
      [...literal.matchAll(/(?<=[\w;,] )tatami (?!command\b)([a-z]+)/g)].map(([, name]) => name!),
    )
    .filter((name) => !commands.includes(name));
}

function unknownFunctions(code: string): string[] {
  return literals(code)
    .flatMap((literal) => [
      ...literal.matchAll(/(\w+)\([^)]*\) (?:of|from) @tatami\/([\w-]+)((?:\/[\w-]+)?)/g),
    ])
    .filter(([, name, where, part]) => !exportsOf(where!, part!).includes(name!))
    .map(([, name, where, part]) => `${name} of @tatami/${where}${part}`);
}

/** What an entry of a package exports. */
function exportsOf(name: string, part: string): string[] {
  const [manifest] = sourceFiles(new RegExp(`^packages/${name}/package\\.json$`));
  const entries = (JSON.parse(manifest!.text) as { exports: Record<string, Record<string, string>> }).exports;
  const entry = entries[`.${part}`]?.["@tatami/source"]?.slice(2);
  const [file] = sourceFiles(new RegExp(`^packages/${name}/${entry}$`));
  return [...(file?.text ?? "").matchAll(/\b\w+\b/g)].map(([word]) => word);
}

/** Option names by the word that stands before them in messages. */
function knownOptions(codes: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const named: Readonly<Record<string, RegExp>> = {
    options: /\w*(?:Options|Limits|Settings)/,
    encode: /EncodeOptions/,
    read: /ReadOptions/,
    open: /OpenOptions/,
  };
  return new Map(
    Object.entries(named).map(([word, interfaces]) => {
      const declared = new RegExp(`\\b(?:interface|type) ${interfaces.source}\\b[^{;]*\\{([^]*?)\\n\\}`, "g");
      const bodies = codes.flatMap((code) => [...code.matchAll(declared)].map(([, body]) => body!));
      return [
        word,
        bodies.flatMap((body) => [...body.matchAll(/readonly (\w+)\??:/g)].map(([, name]) => name!)),
      ];
    }),
  );
}

function unknownOptions(code: string, known: ReadonlyMap<string, readonly string[]>): string[] {
  return literals(code)
    .flatMap((literal) => [
      ...literal.matchAll(/(?<![.\w])(options|encode|read|open)\.([a-zA-Z]+)(?!\.ts|[\w/])/g),
    ])
    .filter(([, word, name]) => !known.get(word!)!.includes(name!))
    .map(([path]) => path);
}

function fixes(code: string): string[] {
  return [...code.matchAll(/\bfix:\s*([^]*?)\n?\s*(?:detail|cause|\}|\.\.\.)/g)].flatMap(([, value]) =>
    literals(value!),
  );
}

/** The text of every string, comments, imports, and programs and style sheets of several lines aside. */
function literals(code: string): string[] {
  const bare = code
    .replace(/\/\*[^]*?\*\//g, "")
    .replace(/^\s*\/\/.*$/gm, "")
    .replace(/\bfrom "[^"]*"/g, "");
  const all = [...bare.matchAll(/"((?:\\.|[^"\\\n])*)"|'((?:\\.|[^'\\\n])*)'|`((?:\\.|[^`\\])*)`/g)].map(
    ([, double, single, template]) => double ?? single ?? template!.replace(/\$\{[^}]*\}/g, "…"),
  );
  return all.filter((literal) => !literal.includes("\n"));
}

/** What `--help` prints. */
async function help(...words: readonly string[]): Promise<string> {
  const stdout = new PassThrough();
  const code = await main({
    argv: [...words, "--help"],
    env: {},
    cwd: ".",
    stdout,
    stderr: new PassThrough(),
    signal: new AbortController().signal,
    now: () => 0,
    // help asks for none of it
    library: {} as Library,
  });
  expect(code).toBe(0);
  stdout.end();
  return text(stdout);
}
