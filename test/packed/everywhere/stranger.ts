/** A project of somebody who has nothing but the tarballs. */

import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { packAll } from "../../scripts/pack.ts";

const run = promisify(execFile);
const clip = fileURLToPath(new URL("../../../examples/clips/bunny-320x180.mp4", import.meta.url));

/** What a project that upscales files in Node or a page depends on, and what that depends on in turn. */
const installed = ["upscale", "zoo", "codecs", "core", "graph", "live", "patches", "runtime", "kernels"];

/** Such a project. Dispose of it. */
export interface Stranger extends AsyncDisposable {
  readonly folder: string;
  /** Tarballs by their packages' names. */
  readonly tarballs: ReadonlyMap<string, string>;
  /** Installs packages of the registry beside, in a folder of their own, and gives its path. */
  tool(name: string, ...packages: readonly string[]): Promise<string>;
}

/** Packs, and installs. */
export async function createStranger(): Promise<Stranger> {
  const root = await mkdtemp(join(tmpdir(), "tatami-everywhere-"));
  const folder = join(root, "project");
  await mkdir(folder);
  const tarballs = await packAll(join(root, "tarballs"));
  const manifest = { name: "stranger", version: "1.0.0", private: true, type: "module" };
  await writeFile(join(folder, "package.json"), JSON.stringify(manifest));
  const own = installed.map((name) => tarballs.get(`@tatami/${name}`)!);
  await install(folder, [...own, "node-av@6.1.1", "@types/node@20.19.0"]);
  await cp(clip, join(folder, "clip.mp4"));
  return {
    folder,
    tarballs,
    async tool(name, ...packages) {
      const place = join(root, "tools", name);
      await mkdir(place, { recursive: true });
      await writeFile(join(place, "package.json"), JSON.stringify({ ...manifest, name }));
      // runtimes' packages bring their program by a script
      await install(place, ["--ignore-scripts=false", ...packages]);
      return place;
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

async function install(folder: string, packages: readonly string[]): Promise<void> {
  await run("npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", ...packages], {
    cwd: folder,
    maxBuffer: 2 ** 26,
  });
}

/** The version of a package that was installed. */
export async function versionOf(folder: string, name: string): Promise<string> {
  const text = await readFile(join(folder, "node_modules", name, "package.json"), "utf8");
  return (JSON.parse(text) as { readonly version: string }).version;
}
