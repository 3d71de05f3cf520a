/** Node's versions, Bun and Deno: a clip is upscaled, and a picture's bytes are the same everywhere. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { pixelsProgram } from "./pixels.ts";
import type { Try } from "./row.ts";
import type { Stranger } from "./stranger.ts";
import { versionOf } from "./stranger.ts";

const run = promisify(execFile);

/** What all have to come to, from whoever was first. */
export interface Expected {
  pixels?: string;
  file?: string;
}

/** @throws Error where it differs from what others made */
export function same(expected: Expected, what: keyof Expected, seen: string): void {
  expected[what] ??= seen;
  if (expected[what] !== seen) throw new Error(`other ${what} than elsewhere: ${seen}`);
}

const program = (load: string): string => `${load}
${pixelsProgram}
(async () => {
  const output = process.argv[2];
  const report = await up.upscale("clip.mp4", { model: await loadModel("m3-x2"), output, end: 0.3, backends: ["wasm"] });
  console.log(JSON.stringify({ frames: report.frames, pixels: await pixels(up, loadModel) }));
  // engines and native codecs are closed: nothing is to keep the program
})();
`;

/** The runtimes to try. */
export async function runtimes(stranger: Stranger, expected: Expected): Promise<readonly Try[]> {
  const { folder, tool } = stranger;
  await writeFile(
    join(folder, "esm.mjs"),
    program(`import * as up from "@tatami/upscale";\nimport { loadModel } from "@tatami/zoo";`),
  );
  await writeFile(
    join(folder, "cjs.cjs"),
    program(`const up = require("@tatami/upscale");\nconst { loadModel } = require("@tatami/zoo");`),
  );
  const upscales = (command: string, args: readonly string[], file: string) => async (): Promise<string> => {
    const output = join(folder, "larger.mp4");
    await rm(output, { force: true });
    const { stdout } = await run(command, [...args, file, output], { cwd: folder, timeout: 120_000 });
    const seen = JSON.parse(stdout.trim().split("\n").at(-1)!) as {
      readonly frames: number;
      readonly pixels: string;
    };
    if (seen.frames !== 8) throw new Error(`${seen.frames} frames`);
    same(expected, "pixels", seen.pixels);
    same(
      expected,
      "file",
      createHash("sha256")
        .update(await readFile(output))
        .digest("hex"),
    );
    return "a clip upscaled, the same file and the same pixels";
  };
  const all: Try[] = [
    {
      where: `Node ${process.versions.node}`,
      what: "import",
      run: upscales(process.execPath, [], "esm.mjs"),
    },
    {
      where: `Node ${process.versions.node}`,
      what: "require",
      run: upscales(process.execPath, [], "cjs.cjs"),
    },
  ];
  for (const major of [20, 22, 24].filter((each) => !process.versions.node.startsWith(`${each}.`))) {
    const place = await tool(`node-${major}`, `node@${major}`);
    const node = join(place, "node_modules/node/bin/node");
    const where = `Node ${await versionOf(place, "node")}`;
    all.push({ where, what: "import", run: upscales(node, [], "esm.mjs") });
    all.push({ where, what: "require", run: upscales(node, [], "cjs.cjs") });
  }
  const bun = await tool("bun", "bun@1.4.5");
  const deno = await tool("deno", "deno@2.9.6");
  return [
    ...all,
    {
      where: `Bun ${await versionOf(bun, "bun")}`,
      what: "import",
      run: upscales(join(bun, "node_modules/.bin/bun"), [], "esm.mjs"),
    },
    {
      where: `Deno ${await versionOf(deno, "deno")}`,
      what: "import",
      run: upscales(
        join(deno, "node_modules/.bin/deno"),
        ["run", "--allow-all", "--node-modules-dir=manual"],
        "esm.mjs",
      ),
    },
  ];
}
