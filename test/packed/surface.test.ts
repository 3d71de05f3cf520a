/** What packages export, and what an entry weighs: both change by decision only. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as vite from "vite";
import { expect, onTestFinished, test } from "vitest";

const packages = fileURLToPath(new URL("../../packages/", import.meta.url));

/** Names in the declarations of a package's entries. */
async function exportsOf(name: string): Promise<readonly string[]> {
  const manifest = JSON.parse(await readFile(join(packages, name, "package.json"), "utf8")) as {
    readonly exports: Readonly<Record<string, { readonly types?: string }>>;
  };
  const lines: string[] = [];
  for (const [entry, { types }] of Object.entries(manifest.exports)) {
    if (types === undefined) continue;
    // of entries of one shape, one
    const text = await readFile(
      join(packages, name, types.replace("*", types.includes("*-") ? "m5" : "m5-x2")),
      "utf8",
    );
    const lists = [...text.matchAll(/export (type )?\{([^}]*)\}/g)].flatMap(([, isType, list = ""]) =>
      list
        .split(",")
        .map((each) => each.trim().replace(/^.* as /, ""))
        .filter((each) => each !== "")
        .map((each) => (isType ? `type ${each}` : each)),
    );
    const own = [
      ...text.matchAll(/^export (?:declare )?(?:async )?(function|const|class|interface|type) (\w+)/gm),
    ].map(([, kind, each = ""]) => (kind === "interface" || kind === "type" ? `type ${each}` : each));
    lines.push(...[...lists, ...own].toSorted().map((each) => `${entry} ${each}`));
  }
  return lines;
}

test("what packages export", async () => {
  const names = (await readdir(packages)).toSorted();
  expect(names.length).toBeGreaterThan(10);
  for (const name of names) expect((await exportsOf(name)).join("\n")).toMatchSnapshot(name);
});

// kilobytes, minified and compressed, of what Vite has a page load before anything is asked for; engines come when they are tried
const budgets: readonly [what: string, program: string, kilobytes: number][] = [
  ["an upscaler", `export { createUpscaler } from "@tatami/upscale";`, 45],
  ["files too", `export { upscale } from "@tatami/upscale";`, 220],
  ["the zoo", `export { loadModel, chooseModel } from "@tatami/zoo";`, 45],
  ["one model", `export { loadModel } from "@tatami/zoo/models/m5-x2";`, 35],
  ["an upscaler in a worker", `export { connectUpscaler } from "@tatami/worker";`, 22],
  ["the element", `export { defineTatamiVideo } from "@tatami/element";`, 87],
  ["operators", `export { upscaleFrames } from "@tatami/rxjs";`, 47],
];

test.each(budgets)("%s: %s within %s kB", async (_what, program, kilobytes) => {
  // beside what it imports
  const root = await mkdtemp(fileURLToPath(new URL("entry-", import.meta.url)));
  onTestFinished(() => rm(root, { recursive: true }));
  await writeFile(join(root, "entry.js"), program);
  const built = (await vite.build({
    configFile: false,
    root,
    logLevel: "error",
    build: {
      write: false,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: join(root, "entry.js"),
        preserveEntrySignatures: "strict",
        external: ["rxjs", /^onnxruntime-web/],
      },
    },
  })) as vite.Rolldown.RolldownOutput;
  const chunks = new Map(
    built.output.flatMap((each) => (each.type === "chunk" ? [[each.fileName, each] as const] : [])),
  );
  const needed = new Set([[...chunks.values()].find(({ isEntry }) => isEntry)!.fileName]);
  for (const name of needed)
    for (const each of chunks.get(name)!.imports) if (chunks.has(each)) needed.add(each);
  const size = [...needed].reduce((sum, name) => sum + gzipSync(chunks.get(name)!.code).length, 0) / 1000;
  expect(size).toBeLessThan(kilobytes);
  // a budget that nobody comes near is none
  expect(size).toBeGreaterThan(0.7 * kilobytes);
});
