/** What looks at packages: publint, are-the-types-wrong, knip. */

import { execFile } from "node:child_process";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import type { Try } from "./row.ts";
import type { Stranger } from "./stranger.ts";
import { versionOf } from "./stranger.ts";

const run = promisify(execFile);
const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Node 10 knows no exports; what is said of CommonJS is that these are modules, which Node 20.19 requires as well. */
const known = new Set(["NoResolution node10", "CJSResolvesToESM node16-cjs"]);

/** @throws Error naming what publint finds in any tarball */
export async function lintTarballs(tarballs: Stranger["tarballs"]): Promise<void> {
  for (const [name, path] of tarballs) {
    const bytes = new Uint8Array(await readFile(path));
    const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, level: "suggestion" });
    const words = messages.map((message) => formatMessage(message, pkg, { color: false }));
    if (words.length > 0) throw new Error(`${name}: ${words.join("; ")}`);
  }
}

/** @throws Error naming what is wrong with the types of any tarball */
export async function checkTypes(tarballs: Stranger["tarballs"]): Promise<void> {
  for (const [name, path] of tarballs) {
    const checked = await checkPackage(createPackageFromTarballData(new Uint8Array(await readFile(path))));
    if (!checked.types) throw new Error(`${name} has no types`);
    const others = checked.problems.filter(
      (problem) => !known.has(`${problem.kind} ${"resolutionKind" in problem ? problem.resolutionKind : ""}`),
    );
    if (others.length > 0) throw new Error(`${name}: ${JSON.stringify(others)}`);
  }
}

/** The tools to try. */
export async function tools({ folder, tarballs, tool }: Stranger): Promise<readonly Try[]> {
  const knip = await tool("knip", "knip@6.44.2", "typescript@5.9.3", "@types/node@20.19.0");
  return [
    {
      where: "npm install",
      what: "weight of a project that upscales",
      run: async () => {
        const { stdout } = await run("du", ["-sk", join(folder, "node_modules")]);
        const sizes = await Promise.all([...tarballs.values()].map((path) => stat(path)));
        const packed = sizes.reduce((sum, { size }) => sum + size, 0) / 1e6;
        return `${(Number(stdout.split("\t")[0]) / 1000).toFixed(0)} MB installed; ${tarballs.size} tarballs of ${packed.toFixed(1)} MB`;
      },
    },
    {
      where: "publint",
      what: `${tarballs.size} tarballs`,
      run: async () => {
        await lintTarballs(tarballs);
        return "nothing, suggestions included";
      },
    },
    {
      where: "are the types wrong",
      what: `${tarballs.size} tarballs`,
      run: async () => {
        await checkTypes(tarballs);
        return "nothing but what Node 10 and CommonJS always are";
      },
    },
    {
      where: `knip ${await versionOf(knip, "knip")}`,
      what: "files, dependencies and exports that nobody uses",
      run: async () => {
        await run(
          process.execPath,
          [
            join(knip, "node_modules/knip/bin/knip.js"),
            "--directory",
            root,
            "--no-progress",
            "--no-config-hints",
            "--config",
            "test/packed/everywhere/knip.json",
            "--include",
            "files,dependencies,unlisted,exports",
          ],
          {
            maxBuffer: 2 ** 26,
          },
        );
        return "none";
      },
    },
  ];
}
