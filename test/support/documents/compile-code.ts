/** Type-checks the TypeScript, the JavaScript and the scripts of pages that stand in documents, all by one compiler run. */

import { execFile } from "node:child_process";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { CodeBlock } from "./code-blocks.ts";

/** Where documents' code lies while it is checked and run: in this package, so that it finds what it imports. */
export const codeFolder: string = fileURLToPath(new URL("../../.output/documents", import.meta.url));

/** A block as a file of its own. */
export interface CodeFile {
  readonly name: string;
  readonly block: CodeBlock;
  /** The program: imports of earlier blocks of the page, what it takes as given, and the block. */
  readonly program: string;
  /** How many lines stand before the block's own. */
  readonly before: number;
}

/** Languages of blocks that are programs, and how a program is taken out of one. */
const readers: Readonly<Record<string, (text: string) => string | undefined>> = {
  ts: (text) => text,
  js: (text) => text,
  tsx: (text) => text,
  html: (text) => /<script type="module">([^]*?)<\/script>/.exec(text)?.[1],
  vue: (text) => /<script setup lang="ts">([^]*?)<\/script>/.exec(text)?.[1],
};

/** Every block that is a program, as a file; a page's later blocks know what its earlier ones imported. */
export function codeFiles(blocks: readonly CodeBlock[]): CodeFile[] {
  const imported = new Map<string, Map<string, string>>();
  return blocks.flatMap((block) => {
    const code = readers[block.language]?.(block.text);
    if (code === undefined) return [];
    const known = imported.get(block.path) ?? new Map<string, string>();
    imported.set(block.path, known);
    const own = importsOf(code);
    const declared = new Set(
      [...code.matchAll(/\b(?:const|let|function|class) (\w+)/g)].map(([, name]) => name),
    );
    const wanted = [...known].filter(
      ([name]) => !own.has(name) && !declared.has(name) && new RegExp(`\\b${name}\\b`).test(code),
    );
    for (const [name, statement] of own) known.set(name, statement);
    const head = [...wanted.map(([, statement]) => statement), block.given, "export {};"].join("\n");
    const slug = block.path.replaceAll(/[^a-zA-Z]+/g, "-").replace(/-md$/, "");
    const name = `${slug}-${block.line}.${block.language === "tsx" ? "tsx" : "ts"}`;
    return [{ name, block, program: `${head}\n${code}`, before: head.split("\n").length }];
  });
}

/** What a program imports by name, each with a statement for it alone. */
function importsOf(code: string): ReadonlyMap<string, string> {
  const statements = code.matchAll(/^import (type )?(\w+)?,?\s*(?:\{([^}]*)\})? ?from ("[^"]+");/gm);
  return new Map(
    [...statements].flatMap(([, type = "", usual, names = "", from]) => [
      ...(usual === undefined ? [] : [[usual, `import ${type}${usual} from ${from};`] as const]),
      ...names
        .split(",")
        .map((each) => each.trim())
        .filter((each) => each !== "")
        .map((each) => [each.split(" ").at(-1)!, `import ${type}{ ${each} } from ${from};`] as const),
    ]),
  );
}

/**
 * What the compiler has against files, as `document:line: message`; a message about a file of another name is not theirs.
 *
 * @param given declarations that all of them take as given
 */
export async function compileCode(files: readonly CodeFile[], given: string): Promise<string[]> {
  await rm(codeFolder, { recursive: true, force: true });
  await mkdir(codeFolder, { recursive: true });
  await writeFile(`${codeFolder}/given.d.ts`, given);
  await writeFile(`${codeFolder}/tsconfig.json`, JSON.stringify(configuration));
  for (const { name, program } of files) await writeFile(`${codeFolder}/${name}`, program);
  const said = await new Promise<string>((resolve) =>
    execFile(
      process.execPath,
      [compiler, "-p", codeFolder, "--pretty", "false"],
      { maxBuffer: 1e8 },
      (_, out) => resolve(out),
    ),
  );
  return said.split("\n").flatMap((line) => {
    const [, name, row, message] = /^(?:.*\/)?([^/(]+)\((\d+),\d+\): (.*)$/.exec(line) ?? [];
    const file = files.find((each) => each.name === name);
    if (file === undefined) return name === "given.d.ts" || line.startsWith("error ") ? [line] : [];
    return [`${file.block.path}:${file.block.line + Number(row) - file.before}: ${message}`];
  });
}

const compiler = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));

const configuration = {
  extends: "../../../tsconfig.json",
  compilerOptions: {
    noEmit: true,
    // as bundlers have it, and as Node runs it: what a document leaves unused it leaves to its reader
    module: "ESNext",
    moduleResolution: "Bundler",
    jsx: "react-jsx",
    types: ["node"],
    noUnusedLocals: false,
    noUnusedParameters: false,
    isolatedDeclarations: false,
    declaration: false,
    verbatimModuleSyntax: false,
  },
  include: ["*.ts", "*.tsx"],
};
