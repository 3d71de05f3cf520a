/** The page `browser/pages/bundled-core`, built by each bundler without any setting for the worker in it. */

import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as vite from "vite";
import webpack from "webpack";
import type { BuildPage } from "./bundled-page.ts";

const root = fileURLToPath(new URL("../../browser/pages/bundled-core", import.meta.url));

const copyIndex = (folder: string): Promise<void> =>
  copyFile(join(root, "index.html"), join(folder, "index.html"));

/** Built by each bundler into a folder. */
export const coreBuilds: Readonly<Record<"Vite" | "webpack 5" | "esbuild", BuildPage>> = {
  Vite: async (folder) => {
    const build = { outDir: folder, emptyOutDir: true, reportCompressedSize: false };
    await vite.build({ configFile: false, root, base: "./", logLevel: "error", build });
  },
  "webpack 5": async (folder) => {
    const compiler = webpack({
      mode: "production",
      context: root,
      entry: "./page.js",
      output: { path: folder, filename: "page.js" },
      performance: false,
    });
    const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) =>
      compiler!.run((error, done) => (error ? reject(error) : resolve(done))),
    );
    await new Promise<void>((resolve) => compiler!.close(() => resolve()));
    const { errors = [], warnings = [] } = stats?.toJson({ all: false, errors: true, warnings: true }) ?? {};
    const said = [...errors, ...warnings].map(({ message }) => message);
    if (said.length > 0) throw new Error(`The bundler says:\n${said.join("\n")}`);
    await copyIndex(folder);
  },
  esbuild: async (folder) => {
    const { warnings } = await esbuild.build({
      absWorkingDir: root,
      entryPoints: ["page.js"],
      bundle: true,
      minify: true,
      format: "esm",
      outdir: folder,
      logLevel: "silent",
    });
    if (warnings.length > 0) throw new Error(`The bundler says:\n${warnings[0]!.text}`);
    await copyIndex(folder);
  },
};
